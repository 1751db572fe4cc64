"""Everybody gets an edition once: who is claimed, accepted, deferred, refused, unknown."""

from __future__ import annotations

import os
import sqlite3
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from reports.delivery.locking import sole_sender
from tests.delivery.office import DAY, READERS, Office
from tests.delivery.server import Script, mailroom

pytestmark = pytest.mark.slow
LATER = DAY + timedelta(7)


def answering(stage: str, address: str, *replies: str) -> Script:
    """Return a script that answers an address at a stage with some replies, then as a server."""

    def script(at: str, who: str, count: int) -> str | None:
        wanted = at == stage and who.startswith(address)
        return replies[count - 1] if wanted and 0 < count <= len(replies) else None

    return script


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


def test_a_correction_goes_to_those_who_got_the_first_and_new_readers_get_it_plain(
    office: Office,
) -> None:
    refuse_bob = answering("rcpt", "bob", "550 5.7.1 no")
    with mailroom(script=refuse_bob) as room:
        office.settings(room.port)
        office.run("send")
        office.publish(reason="A figure was wrong", exports="5,865 t")
        office.recipients(*READERS, "dee@example.org")
        said = office.run("send", "--json")
    assert said.json["revision"] == 2
    assert said.json["skipped"] == {"r1 refused before": 1}
    ann, cy, dee = (content.partition(b"\r\n\r\n")[0] for content in room.contents[2:])
    assert b"Subject: Correction: The news of 2025-06-09\r\n" in ann
    assert b"Subject: Correction: " in cy
    assert b"Subject: The news of 2025-06-09\r\n" in dee
    assert b"A figure was wrong" not in room.contents[-1]
    kinds = {
        row["address"]: row["kind"]
        for row in office.run("deliveries", "--json").json["deliveries"]
        if row["revision"] == 2
    }
    assert kinds == {
        "ann@example.org": "correction",
        "cy@example.org": "correction",
        "dee@example.org": "edition",
    }


def test_a_correction_waits_for_word_of_what_is_unknown(office: Office) -> None:
    with mailroom(script=answering("body", "bob", "drop")) as room:
        office.settings(room.port)
        office.run("send")
        office.publish(reason="A figure was wrong", exports="5,865 t")
        said = office.run("send", "--json")
        assert said.json["skipped"] == {"r1 unknown: see --resolve": 1}
        assert (said.status, said.json["unknown"]) == (6, 1)
        assert office.run("send", "--resolve", "bob@example.org=accepted").status == 0
        assert office.run("send", "--json").json["sent"] == 1
    assert b"Subject: Correction: " in room.contents[-1]


def test_groups_and_days_decide_who_gets_it(office: Office) -> None:
    office.publish(LATER)
    office.recipients(
        "ann@example.org,Ann,board,full",
        "bob@example.org,Bob,press,one-page",
        "cy@example.org,,,,,2025-06-17",
        "dee@example.org,,,,,,2025-06-15",
        "eve@example.org,,board; press",
    )
    said = office.run("send", str(LATER), "--late", "--dry-run", "--json")
    assert said.status == 0, said.err
    skips = {row["address"][:3]: row["skip"] for row in said.json["recipients"]}
    assert skips == {
        "ann": "",
        "bob": "not an edition of their groups",
        "cy@": "not active yet",
        "dee": "",
        "eve": "",
    }
    only = office.run("send", "2025-06-09", "--group", "press", "--json")
    assert only.json["sent"] == 2
    assert only.json["skipped"] == {"not in press": 3}
    assert office.run("send", "--group", "friends").status != 0


def test_one_page_readers_get_the_one_page(office: Office) -> None:
    office.recipients("ann@example.org,Ann,board,one-page", "bob@example.org,李明,board,full,zh")
    assert office.run("send").status == 0
    outbox = office.folder / "output" / "outbox" / "2025-06-09"
    assert b"flash-2025-06-09.pdf" in (outbox / "r1-ann@example.org.eml").read_bytes()
    assert b"flash-2025-06-09.pdf" not in (outbox / "r1-bob@example.org.eml").read_bytes()


def test_a_dry_run_writes_nothing(office: Office) -> None:
    said = office.run("send", "--dry-run")
    assert said.status == 0
    assert said.out.splitlines()[0] == "ann@example.org  full  send edition"
    assert "3 to send, 0 to skip, up to 0.0" in said.err
    assert sorted(path.name for path in (office.folder / "output").iterdir()) == ["archive"]


def test_a_test_goes_to_one_address_and_counts_as_none(office: Office) -> None:
    with mailroom() as room:
        office.settings(room.port)
        assert office.run("send", "--test", "ann@example.org").status == 0
        assert office.run("send", "--json").json["sent"] == 3
    ids = {message_id for address, message_id in room.taken if address == "ann@example.org"}
    assert len(ids) == 2


def test_messages_are_signed_where_the_settings_have_a_key(office: Office) -> None:
    key = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (office.folder / "key.pem").write_bytes(key)
    with (office.folder / "reports.toml").open("a", encoding="utf-8") as file:
        file.write('[send.dkim]\nselector = "june"\nkey = "key.pem"\n')
    assert office.run("send").status == 0
    outbox = office.folder / "output" / "outbox" / "2025-06-09"
    for path in outbox.iterdir():
        head = path.read_bytes().partition(b"\r\n\r\n")[0]
        assert b"DKIM-Signature: " in head
        assert b"d=example.org" in head
    (office.folder / "key.pem").write_bytes(b"no key")
    said = office.run("send", "--test", "ann@example.org")
    assert said.status != 0
    assert said.err.count("\n") == 1


def test_the_size_limit_of_the_server_makes_a_link_of_the_pdf(office: Office) -> None:
    with mailroom(extensions=("SIZE 8000",)) as room:
        office.settings(room.port, archive_url="https://example.org/briefings")
        said = office.run("send")
    assert said.status == 0
    assert "Warning: " in said.err
    assert len(room.taken) == 3
    assert max(map(len, room.contents)) <= 8000


@pytest.mark.parametrize(
    ("reply", "is_size"),
    [
        ("552 5.3.4 Message size exceeds fixed limit", True),
        ("552 message too large", True),
        ("552 5.2.2 Mailbox full, size 20", False),
    ],
)
def test_a_limit_that_no_server_stated_makes_a_link_too(
    office: Office, reply: str, is_size: bool
) -> None:
    with mailroom(extensions=(), script=answering("body", "ann", reply)) as room:
        office.settings(room.port, archive_url="https://example.org/archive")
        said = office.run("send", "--json")
    assert (said.json["sent"], said.json["refused"]) == ((3, 0) if is_size else (2, 1))
    attached = [b"application/pdf" in content for content in room.contents]
    assert attached == ([True, False, False, False] if is_size else [True] * 3)
    assert bool(said.json["warnings"]) == is_size


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
