"""What a mail server may do to us: speak slowly, endlessly or not at all, lie, drop TLS."""

from __future__ import annotations

import socket
import time
import tracemalloc
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.delivery.certificates import make_certificate, server_context
from tests.delivery.office import READERS, Office
from tests.delivery.server import Script, mailroom

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the pauses before a server is called again."""
    monkeypatch.setattr("reports.delivery.smtp._PAUSE", 0)


def at(stage: str, reply: str) -> Script:
    return lambda reached, address, count: reply if reached == stage else None


@pytest.mark.parametrize("reply", ["silent", "trickle", "endless"])
@pytest.mark.parametrize("stage", ["connect", "rcpt"])
def test_a_server_that_does_not_come_to_an_end_is_left(
    office: Office, stage: str, reply: str
) -> None:
    office.recipients("ann@example.org")
    with mailroom(script=at(stage, reply)) as room:
        office.settings(room.port, timeout=1, attempts=1)
        tracemalloc.start()
        begun = time.monotonic()
        said = office.run("send")
        taken = time.monotonic() - begun
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert said.status == 6
    assert taken < 20
    assert peak < 20_000_000
    why = "does not end" if reply == "endless" else "did not answer in time"
    assert why in said.err + said.out


@pytest.mark.parametrize("reply", ["silent", "trickle", "endless"])
def test_a_server_that_does_not_answer_to_the_message_leaves_it_unknown(
    office: Office, reply: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.delivery.smtp.PATIENCE", 1)
    office.recipients("ann@example.org")
    with mailroom(script=at("body", reply)) as room:
        office.settings(room.port, timeout=1)
        said = office.run("send", "--json")
    assert said.json["unknown"] == 1
    assert len(room.taken) == 1


@pytest.mark.parametrize(
    "extensions",
    [
        ("SIZE",),
        ("SIZE many",),
        ("SIZE " + "9" * 400,),
        ("SIZE -1",),
        ("AUTH GSSAPI", "STARTTLS", "8BITMIME", "PIPELINING", "SMTPUTF8"),
        ("X" * 1_500,),
        tuple(f"X-{number}" for number in range(2_000)),
    ],
)
def test_what_a_server_says_of_itself_harms_nothing(
    office: Office, extensions: tuple[str, ...]
) -> None:
    with mailroom(extensions=extensions) as room:
        office.settings(room.port)
        said = office.run("send", "--json")
    assert said.json["sent"] == 3
    assert room.addresses == list(READERS)


@pytest.mark.parametrize("reply", ["250-" + "x" * 3_000, "HTTP/1.1 400 Bad Request", "", "\x00"])
def test_a_server_that_speaks_something_else_is_told_in_a_line(office: Office, reply: str) -> None:
    with mailroom(script=at("connect", reply)) as room:
        office.settings(room.port)
        said = office.run("send")
    assert said.status == 6
    assert "Error: no connection to 127.0.0.1:" in said.err
    assert said.err.count("\n") == 1
    assert all(letter.isprintable() for letter in said.err.rstrip("\n"))


def test_a_server_that_is_not_there_is_told(office: Office) -> None:
    with mailroom() as room:
        pass
    office.settings(room.port)
    said = office.run("send")
    assert said.status == 6
    assert "connection refused" in said.err


@pytest.fixture
def secure(office: Office, tmp_path: Path) -> Office:
    """Return an office that trusts the authority of the server's certificate."""
    make_certificate(tmp_path)
    return office


def spoken_to(office: Office, port: int, **more: object) -> None:
    settings = {"server": f"smtp://localhost:{port}", "ca": "ca.pem", "timeout": 5, **more}
    office.settings(None, **settings)


def test_starttls_is_used_and_required(secure: Office, tmp_path: Path) -> None:
    with mailroom(tls=server_context(tmp_path)) as room:
        spoken_to(secure, room.port)
        assert secure.run("send", "--json").json["sent"] == 3
    with mailroom() as room:
        spoken_to(secure, room.port)
        said = secure.run("send", "--test", "ann@example.org")
    assert said.status == 6
    assert "localhost offers no STARTTLS, and nothing is sent without" in said.err
    assert not any(command.lower().startswith("mail") for command in room.commands)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("454 4.7.0 not now", "refuses STARTTLS: 454 4.7.0 not now"),
        ("220 go on\r\n250 mail.example", "went on speaking after STARTTLS"),
        ("drop", "closed the connection"),
    ],
)
def test_a_server_that_lies_about_starttls_gets_nothing(
    secure: Office, tmp_path: Path, said: str, why: str
) -> None:
    with mailroom(tls=server_context(tmp_path), script=at("starttls", said)) as room:
        spoken_to(secure, room.port)
        found = secure.run("send")
    assert found.status == 6
    assert why in found.err
    assert room.taken == []
    assert not any(command.lower().startswith("mail") for command in room.commands)


@pytest.mark.parametrize(
    ("host", "days", "why"),
    [("elsewhere.example", 30, "ostname mismatch"), ("localhost", -1, "certificate has expired")],
)
def test_a_certificate_of_another_host_or_time_is_refused(
    office: Office, tmp_path: Path, host: str, days: int, why: str
) -> None:
    make_certificate(tmp_path, host, days=days)
    with mailroom(tls=server_context(tmp_path)) as room:
        spoken_to(office, room.port)
        said = office.run("send")
    assert said.status == 6
    assert "its certificate is not trusted: " in said.err
    assert why in said.err
    assert room.taken == []


def test_certificates_that_are_none_are_told(office: Office, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate", "utf-8")
    spoken_to(office, 1)
    said = office.run("send")
    assert said.status == 6
    assert "ca.pem cannot be used: " in said.err


class _Handler:
    """Keeps what arrives at a server of aiosmtpd, and refuses one recipient."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802
        self, _: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("bob"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, _: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 queued"


def test_another_implementation_gets_it_whole(office: Office) -> None:
    handler = _Handler()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        office.settings(port)
        said = office.run("send", "--json")
    finally:
        controller.stop()
    assert (said.json["sent"], said.json["refused"]) == (2, 1)
    assert [each.rcpt_tos for each in handler.envelopes] == [
        ["ann@example.org"],
        ["cy@example.org"],
    ]
    assert {each.mail_from for each in handler.envelopes} == {"briefing@example.org"}
    # A line of the text begins with a dot, which has to arrive as one.
    for envelope in handler.envelopes:
        assert isinstance(envelope.content, bytes)
        assert b"\r\n.\r\n" in envelope.content
