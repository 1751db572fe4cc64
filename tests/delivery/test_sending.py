"""Everybody gets an edition once: who is claimed, accepted, deferred, refused, unknown."""

from __future__ import annotations

import os
import sqlite3
from datetime import date, timedelta

import pytest

from reports.delivery.locking import sole_sender
from tests.delivery.office import DAY, READERS, Office
from tests.delivery.server import answering, mailroom

pytestmark = pytest.mark.slow
LATER = DAY + timedelta(7)


def test_without_a_server_messages_are_files_and_written_once(office: Office) -> None:
    said = office.run("send")
    assert said.status == 0, said.err
    assert said.out == (
        "2025-06-09/r1 to output/outbox/2025-06-09: "
        "sent 3, skipped 0; standing: deferred 0, refused 0, unknown 0\n"
    )
    outbox = office.folder / "output" / "outbox" / "2025-06-09"
    files = sorted(path.name for path in outbox.iterdir())
    assert files == [f"r1-{reader}.eml" for reader in READERS]
    assert b"To: ann@example.org\r\n" in (outbox / files[0]).read_bytes()
    assert {path.stat().st_mode & 0o777 for path in outbox.iterdir()} == {0o600}
    again = office.run("send", "--json")
    assert again.json["skipped"] == {"sent already": 3}
    assert again.json["sent"] == 0


def test_a_server_gets_a_message_for_each_on_one_connection(office: Office) -> None:
    with mailroom() as room:
        office.settings(room.port)
        sent = office.run("send", "2025-06-09", "--json")
    assert sent.json["sent"] == 3
    assert room.addresses == list(READERS)
    assert len({message_id for _, message_id in room.taken}) == 3
    assert room.connections == 1
    assert room.commands.count("RSET") == 2
    envelopes = [said for said in map(str.lower, room.commands) if said.startswith("mail")]
    assert envelopes == [
        f"mail from:<briefing@example.org> size={len(content)}" for content in room.contents
    ]


def test_files_do_not_count_as_sent_to_a_server(office: Office) -> None:
    office.run("send")
    with mailroom() as room:
        office.settings(room.port)
        assert office.run("send").status == 0
    assert room.addresses == list(READERS)


def test_a_refused_recipient_is_told_apart_and_never_tried_again(office: Office) -> None:
    with mailroom(script=answering("rcpt", "bob", "550 5.1.1 no such user")) as room:
        office.settings(room.port)
        said = office.run("send")
        assert said.status == 6
        assert "sent 2, skipped 0; standing: deferred 0, refused 1, unknown 0" in said.out
        assert "  refused bob@example.org: 550 5.1.1 no such user\n" in said.out
        again = office.run("send", "--json")
    assert again.status == 6
    assert again.json["skipped"] == {"refused before": 1, "sent already": 2}
    assert again.json["refused"] == 1
    assert room.addresses == ["ann@example.org", "cy@example.org"]
    assert room.counts["rcpt", "bob@example.org"] == 1


def test_a_deferred_recipient_is_tried_again_in_the_same_run(office: Office) -> None:
    later = "451 4.7.1 greylisted"
    with mailroom(script=answering("rcpt", "bob", later, later)) as room:
        office.settings(room.port)
        said = office.run("send", "--json")
    assert said.status == 0
    assert said.json["sent"] == 3
    assert room.addresses == list(READERS)
    row = office.run("deliveries", "--address", "bob@example.org", "--json").json["deliveries"][0]
    assert row["attempts"] == 3
    assert [each["status"] for each in row["history"]] == [
        *["claimed", "deferred"] * 2,
        "claimed",
        "accepted",
    ]


def test_attempts_have_a_limit_over_all_runs(office: Office) -> None:
    full = answering("rcpt", "bob", *["452 4.2.2 mailbox full"] * 99)
    with mailroom(script=full) as room:
        office.settings(room.port, attempts=3)
        said = office.run("send", "--json")
        assert said.status == 6
        assert (said.json["sent"], said.json["deferred"]) == (2, 1)
        again = office.run("send", "--json")
        assert again.json["skipped"] == {"deferred 3 times": 1, "sent already": 2}
        assert again.json["deferred"] == 1
        assert room.counts["rcpt", "bob@example.org"] == 3
        room.script = lambda stage, address, count: None
        assert office.run("send", "--resolve", "bob@example.org=again", "--json").json["sent"] == 1
    assert room.addresses == list(READERS)


@pytest.mark.parametrize("reply", ["drop", "garbage", "354 what"])
def test_a_message_without_an_answer_is_unknown_until_a_person_says(
    office: Office, reply: str
) -> None:
    with mailroom(script=answering("body", "bob", reply)) as room:
        office.settings(room.port)
        said = office.run("send")
        assert said.status == 6
        assert "sent 2, skipped 0; standing: deferred 0, refused 0, unknown 1" in said.out
        again = office.run("send", "--json")
        assert again.status == 6
        assert again.json["skipped"] == {"sent already": 2, "unknown: see --resolve": 1}
        assert again.json["unknown"] == 1
        taken = room.addresses
        assert office.run("send", "--resolve", "accepted").status == 0
        assert office.run("send").status == 0
    assert room.addresses == taken == list(READERS)
    assert set(office.statuses().values()) == {"accepted"}


def test_what_is_unknown_is_sent_again_when_a_person_says_so(office: Office) -> None:
    with mailroom(script=lambda stage, who, count: "drop" if stage == "middle" else None) as room:
        office.settings(room.port)
        said = office.run("send", "--json")
        assert said.json["unknown"] == 3
        assert room.taken == []
        room.script = lambda stage, address, count: None
        again = office.run("send", "--resolve", "again")
        assert again.status == 0, again.err
        assert again.err.startswith("ann@example.org was unknown: again\n")
    assert room.addresses == list(READERS)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_a_connection_lost_before_the_message_costs_no_copy(office: Office, stage: str) -> None:
    who = "" if stage == "mail" else "bob"
    with mailroom(script=answering(stage, who, "drop")) as room:
        office.settings(room.port)
        said = office.run("send", "--json")
    assert said.json["sent"] == 3
    assert room.addresses == list(READERS)


@pytest.mark.parametrize("reply", ["drop", "421 4.7.0 too many messages"])
def test_a_server_that_keeps_dropping_stops_the_run_and_a_later_one_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch, reply: str
) -> None:
    monkeypatch.setattr("reports.delivery.smtp._PAUSE", 0)
    drops = answering("rcpt", "", *[reply] * 9)
    office.recipients(*READERS, *(f"reader{number}@example.org" for number in range(5)))
    with mailroom(script=lambda at, who, n: drops(at, "", n)) as room:
        office.settings(room.port)
        said = office.run("send")
        assert said.status == 6
        assert "Error: 127.0.0.1 broke off 5 times in a row" in said.err
        room.script = lambda stage, address, count: None
        assert office.run("send", "--json").json["sent"] == 8
    assert len(room.taken) == 8


def test_a_sender_whom_the_server_refuses_is_nobody_elses_fault(office: Office) -> None:
    with mailroom(script=answering("mail", "", "550 5.7.1 not you")) as room:
        office.settings(room.port)
        said = office.run("send")
        assert said.status == 6
        assert "takes nothing from briefing@example.org: 550 5.7.1 not you" in said.err
        assert office.statuses() == {}
        assert office.run("send", "--json").json["sent"] == 3
    assert room.addresses == list(READERS)


def test_a_connection_is_renewed_after_so_many_messages_and_when_it_was_closed(
    office: Office,
) -> None:
    with mailroom(script=answering("rcpt", "cy", "421 4.3.2 enough for now")) as room:
        office.settings(room.port, per_connection=1)
        assert office.run("send", "--json").json["sent"] == 3
    assert room.connections == 4
    assert room.addresses == list(READERS)


def test_a_rate_is_kept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    with mailroom() as room:
        office.settings(room.port, rate=6)
        from reports.delivery import smtp

        monkeypatch.setattr(
            smtp.SmtpTransport.__init__, "__defaults__", (100, 0, waits.append, "smtp")
        )
        assert office.run("send").status == 0
    assert [round(wait) for wait in waits] == [10, 20]
    # After a pause the connection is tried first: the server may have closed it.
    assert room.commands.count("RSET") == 4


def test_two_runs_do_not_send_at_once(office: Office) -> None:
    with sole_sender(office.folder / "output" / "state"):
        said = office.run("send")
    assert said.status == 6
    assert f"another run is sending (process {os.getpid()})" in said.err
    assert office.run("send").status == 0


def test_what_a_dead_run_had_begun_is_unknown_and_what_it_had_claimed_is_sent(
    office: Office,
) -> None:
    with mailroom() as room:
        office.settings(room.port)
        assert office.run("send").status == 0
        ledger = sqlite3.connect(office.folder / "output" / "state" / "deliveries.sqlite")
        with ledger:
            ledger.execute("UPDATE deliveries SET status = 'claimed', attempts = 0")
            ledger.execute("UPDATE deliveries SET begun = 1 WHERE key LIKE 'bob%'")
        ledger.close()
        assert office.statuses() == {
            "ann@example.org": "claimed",
            "bob@example.org": "unknown",
            "cy@example.org": "claimed",
        }
        said = office.run("send", "--json")
    assert (said.json["sent"], said.json["unknown"]) == (2, 1)
    assert len(room.taken) == 5


def test_nothing_is_sent_of_a_draft_a_damaged_an_old_or_a_stale_edition(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def error(*words: str) -> str:
        said = office.run("send", *words)
        assert said.status == 6
        assert said.err.count("\n") == 1
        return said.err

    assert "2025-06-16 is not in the archive" in error("2025-06-16")
    (office.folder / "output" / "draft" / "2025-06-16").mkdir(parents=True)
    assert "the edition of 2025-06-16 is a draft" in error("2025-06-16")
    office.publish(date(2025, 5, 26))
    assert "the edition of 2025-05-26 is 14 days old, and the most is 7" in error("2025-05-26")
    office.publish(date(2025, 6, 2), overdue=True)
    assert "the edition of 2025-06-02 rests on overdue data: " in error("2025-06-02")
    page = office.folder / "output/archive/2025-06-09/r1/us-china-trade-briefing-2025-06-09.html"
    page.chmod(0o644)
    page.write_bytes(b"<p>Another page</p>")
    assert "2025-06-09/r1 fails its verification: " in error()
    assert office.statuses() == {}
    assert office.run("send", "2025-05-26", "--late").status == 0
    assert office.run("send", "2025-06-02", "--stale-ok").status == 0


def test_what_the_command_line_cannot_mean_is_refused(office: Office) -> None:
    for words in (
        ("--test", "ann@example.org", "--dry-run"),
        ("--test", "ann@example.org", "--group", "board"),
        ("--test", "ann@example.org\nBcc: eve@example.org"),
        ("--resolve", "perhaps"),
        ("--resolve", "=again"),
        ("--resolve", "nobody@example.org=again"),
        ("--group", "friends"),
    ):
        said = office.run("send", *words)
        assert said.status == 2, words
        assert said.err.count("\n") == 1


def test_the_example_stands_in_only_where_messages_are_files(office: Office) -> None:
    (office.folder / "recipients.csv").unlink()
    assert "copy recipients.example.csv" in office.run("send").err
    office.recipients("ann@example.org", name="recipients.example.csv")
    said = office.run("send")
    assert "recipients.example.csv stands in for it" in said.err
    assert "sent 1" in said.out
    with mailroom() as room:
        office.settings(room.port)
        assert office.run("send").status == 2
    assert room.connections == 0


def test_a_broken_ledger_sends_nothing(office: Office) -> None:
    state = office.folder / "output" / "state"
    state.mkdir()
    (state / "deliveries.sqlite").write_bytes(b"no database at all, but long enough" * 99)
    with mailroom() as room:
        office.settings(room.port)
        said = office.run("send")
    assert said.status == 6
    assert "deliveries.sqlite cannot be used: " in said.err
    assert room.taken == []


def test_the_ledger_is_for_its_owner_and_the_archive_knows_no_address(office: Office) -> None:
    assert office.run("send").status == 0
    ledger = office.folder / "output" / "state" / "deliveries.sqlite"
    assert ledger.stat().st_mode & 0o777 == 0o600
    archive = office.folder / "output" / "archive"
    files = [path for path in archive.rglob("*") if path.is_file()]
    assert files
    assert not any(b"ann@example.org" in path.read_bytes() for path in files)
