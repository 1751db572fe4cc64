"""Delivery status notices: what they say of our messages, and that nothing in a mailbox harms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.delivery.bounces import take
from reports.delivery.ledger import Claim, Ledger, open_ledger
from reports.delivery.mailbox import Place
from reports.delivery.notices import Notice, read_notice
from tests.delivery.office import DAY, Office
from tests.delivery.server import mailroom

AT = "2025-06-09T12:00:00Z"


def notice(
    message_id: str = "<one@example.org>",
    action: str = "failed",
    status: str = "5.1.1",
    enclosed: str = "message/rfc822",
) -> bytes:
    """Return a notice in the words of Postfix."""
    return f"""From: MAILER-DAEMON@mail.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--=b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
X-Postfix-Queue-ID: 4XyZ

Final-Recipient: rfc822; ann@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <ann@example.org>: no such
    user here

--=b
Content-Type: {enclosed}

From: briefing@example.org
Message-ID:
 {message_id}
Subject: The news

The briefing.
--=b--
""".replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    "enclosed", ["message/rfc822", "text/rfc822-headers", "message/rfc822-headers"]
)
def test_a_notice_is_read(enclosed: str) -> None:
    assert read_notice(notice(enclosed=enclosed)) == Notice(
        message_id="<one@example.org>",
        failed=True,
        hard=True,
        reply="failed: 5.1.1 550 5.1.1 <ann@example.org>: no such user here",
    )


@pytest.mark.parametrize(
    ("action", "status", "failed", "hard"),
    [
        ("failed", "5.7.1", True, True),
        ("Failed", "4.4.7", True, False),
        ("delayed", "4.4.1", False, False),
    ],
)
def test_class_and_action_decide(action: str, status: str, failed: bool, hard: bool) -> None:
    found = read_notice(notice(action=action, status=status))
    assert found is not None
    assert (found.failed, found.hard) == (failed, hard)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 500,
        b"From: ann@example.org\r\nSubject: Out of office\r\n\r\nBack on Monday",
        notice(action="delivered", status="2.0.0"),
        notice(action="failed", status="high"),
        notice(message_id="none"),
        notice(message_id="<" + "a" * 9_000 + ">"),
        notice().replace(b"report-type", b"x").replace(b"multipart/report", b"multipart/mixed"),
        notice().replace(b"message/delivery-status", b"text/plain"),
        b"Content-Type: multipart/report; boundary=b\r\n\r\n" + b"--b\r\n" * 50_000,
        b"".join(
            b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(500)
        ),
        b"Content-Type: message/rfc822\r\n\r\n" * 3_000,
        b"Content-Type: =?utf-8?q?\xff?=" + b";" * 10_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_notice_of_ours_is_left_alone(content: bytes) -> None:
    assert read_notice(content) is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, 1_000), st.binary(max_size=60), st.integers(0, 60))
def test_no_spoilt_notice_harms(place: int, junk: bytes, gone: int) -> None:
    whole = notice()
    spoilt = whole[:place] + junk + whole[place + gone :]
    found = read_notice(spoilt)
    assert found is None or found.reply.isprintable()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path) as made:
        yield made


def sent(ledger: Ledger, number: int, status: str = "accepted") -> None:
    from reports.archive.manifest import Revision

    revision = Revision(DAY + timedelta(7 * number), 1)
    claim = Claim("ann@example.org", "ann@example.org", "edition", f"<{number}@example.org>")
    ledger.claim("smtp", revision, [claim], AT)
    ledger.settle("smtp", revision, claim.key, status, AT, "250 ok")  # type: ignore[arg-type]


def came(ledger: Ledger, *contents: bytes) -> dict[str, int]:
    return dict(
        take(((Place("7", n), c) for n, c in enumerate(contents, 1)), ledger, "m", AT).counts
    )


def test_hard_bounces_in_a_row_suspend_and_each_counts_once(ledger: Ledger) -> None:
    for number in range(3):
        sent(ledger, number)
    first, second, third = (notice(f"<{number}@example.org>") for number in range(3))
    assert came(ledger, first, first, second) == {"hard": 2, "known": 1}
    assert ledger.suspended(2) == {}  # The newest one was accepted and has not come back.
    assert came(ledger, third) == {"hard": 1}
    assert ledger.suspended(3) == {"ann@example.org": 3}
    assert ledger.suspended(4) == {}
    ledger.lift("ann@example.org", AT)
    assert ledger.suspended(1) == {}


def test_soft_bounces_and_late_messages_suspend_nobody(ledger: Ledger) -> None:
    sent(ledger, 0)
    sent(ledger, 1, "unknown")
    soft = notice("<0@example.org>", status="4.4.7")
    late = notice("<1@example.org>", action="delayed", status="4.4.1")
    assert came(ledger, soft, late, notice("<other@example.org>"), b"spam") == {
        "soft": 1,
        "delayed": 1,
        "foreign": 1,
        "other": 1,
    }
    assert [row.status for row in ledger.listed()] == ["bounced", "accepted"]
    assert ledger.suspended(1) == {}


@pytest.mark.slow
def test_refusals_of_an_address_suspend_as_bounces_do(office: Office) -> None:
    days = [DAY, DAY + timedelta(1), DAY + timedelta(2), DAY + timedelta(3)]
    for day in days[1:]:
        office.publish(day)

    def refuse_bob(stage: str, address: str, count: int) -> str | None:
        return "550 5.1.1 no such user" if stage == "rcpt" and address[:3] == "bob" else None

    with mailroom(script=refuse_bob) as room:
        office.settings(room.port, suspend_after=3)
        for day in days[:3]:
            assert office.run("send", str(day)).status == 6
        said = office.run("send", str(days[3]), "--json")
        assert said.status == 0
        assert said.json["skipped"] == {"suspended after bounces": 1}
        listed = office.run("deliveries", "--suspended", "--json").json["suspended"]
        assert listed == [{"address": "bob@example.org", "bounces": 3}]
        assert office.run("bounces", "--lift", "ann@example.org").status == 2
        # What is lifted counts for what comes later; the clock of the tests stands still.
        assert office.run("bounces", "--lift", "bob@example.org").status == 0
        assert office.run("deliveries", "--suspended").out == ""
        assert office.run("send", str(days[3])).status == 6


@pytest.mark.slow
def test_deliveries_are_listed_by_day_status_and_address(office: Office) -> None:
    assert office.run("deliveries").err == "Nothing has been sent yet.\n"
    office.run("send")
    said = office.run("deliveries", "2025-06-09")
    assert said.out.splitlines()[0] == (
        "2025-06-09/r1  outbox  accepted  2025-06-09T11:53:20Z  ann@example.org  "
        "written to r1-ann@example.org.eml"
    )
    assert said.err == "3 deliveries\n"
    assert office.run("deliveries", "2025-06-16").out == ""
    assert office.run("deliveries", "--status", "refused").out == ""
    one = office.run("deliveries", "--address", "BOB@example.org")
    assert [line.split()[1] for line in one.out.splitlines()[1:]] == ["claimed", "accepted"]
    rows = json.loads(office.run("deliveries", "--json").out)["deliveries"]
    assert {row["kind"] for row in rows} == {"edition"}


@pytest.mark.slow
def test_an_address_is_forgotten_for_good(office: Office) -> None:
    office.run("send")
    said = office.run("deliveries", "--forget", "Bob@example.org", "--status", "unknown")
    assert (said.status, "--forget and --status exclude" in said.err) == (2, True)
    said = office.run("deliveries", "--forget", "Bob@example.org")
    assert said.out == "Bob@example.org is erased from 1 delivery.\n"
    state = office.folder / "output" / "state"
    assert b"ann@" in b"".join(path.read_bytes() for path in state.iterdir())
    assert not any(b"bob@" in path.read_bytes() for path in state.iterdir())
    assert len(office.run("deliveries", "--json").json["deliveries"]) == 3
    assert office.run("deliveries", "--forget", "bob@example.org").status == 2


def test_without_a_mailbox_there_is_nothing_to_read(office: Office) -> None:
    said = office.run("bounces")
    assert said.status == 2
    assert "there is no mailbox to read bounces from" in said.err
