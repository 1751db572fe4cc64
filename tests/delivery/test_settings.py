"""The table `[send]`: what it makes, and everything that is wrong with it, at once."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from reports.cli.deliveries import STATUSES
from reports.delivery.passwords import with_password
from reports.delivery.recipients import roster
from reports.delivery.settings import NUMBERS, TEXTS, Sending, Server, sending
from reports.errors import UsageError
from tests.conftest import ROOT

FROM = {"from": "Trade briefing <briefing@desk.example>"}


def read(**table: Any) -> Sending:
    return sending({**FROM, **table}, {}, Path("/project"), Path("/project/output"))


def wrong(**table: Any) -> str:
    with pytest.raises(UsageError) as caught:
        read(**table)
    return caught.value.message


def test_little_has_to_be_said() -> None:
    found = read()
    assert found.server is None
    assert (found.sender.name, found.sender.address) == ("Trade briefing", "briefing@desk.example")
    assert found.sender.list_id == "briefing.desk.example"
    assert found.return_path == "briefing@desk.example"
    assert found.recipients == Path("/project/recipients.csv")
    assert found.state == Path("/project/output/state")


@pytest.mark.parametrize(
    ("address", "port", "encryption"),
    [
        ("smtp://mail.example.org", 587, "starttls"),
        ("smtp://mail.example.org:25", 25, "starttls"),
        ("smtps://mail.example.org", 465, "tls"),
        ("smtps://[2001:db8::1]:2465", 2465, "tls"),
    ],
)
def test_encryption_follows_from_the_address(address: str, port: int, encryption: str) -> None:
    server = read(server=address).server
    assert server is not None
    assert (server.port, server.encryption) == (port, encryption)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"server": "mail.example.org"}, "server should be an address such as smtps://"),
        ({"server": "http://mail.example.org"}, "server should be an address"),
        ({"server": "smtp://mail.example.org:many"}, "server should be an address"),
        ({"server": "smtp://mail.example.org", "encryption": "none"}, "for this machine only"),
        ({"server": "smtps://127.0.0.1", "encryption": "none"}, "cannot be 'none' with smtps://"),
        ({"server": "smtp://127.0.0.1", "encryption": "tls"}, "with smtp:// is 'starttls'"),
        ({"server": "smtp://localhost", "encryption": "none", "user": "ann"}, "in the clear"),
        ({"from": "Ann"}, "from 'Ann' is no address"),
        ({"from": "Ann <ann@example.org>\nBcc: eve@example.org"}, "from should be a line of text"),
        ({"rate": -1}, "rate should be a whole number from 0 to 100,000, not -1"),
        ({"rate": True}, "rate should be a whole number"),
        ({"verify": False}, "unknown setting 'verify'"),
        ({"unsubscribe_url": "http://example.org"}, "unsubscribe_url should be an https address"),
        ({"groups": {"Board": {}}}, "[send.groups.Board] should be a table with a name"),
        ({"groups": {"board": {"editions": "some"}}}, "editions should be 'all' or 'monthly'"),
        (
            {"server": "smtp://mail.example.org", "from": "a@example.com"},
            "from is still an address of an example",
        ),
        ({"dkim": {"key": "key.pem"}}, "[send.dkim] needs `selector` and `key`"),
        ({"dkim": {"key": "no.pem", "selector": "a"}}, "key no.pem cannot be read: no such file"),
        ({"bounces": {"server": "pop3://example.org"}}, "[send.bounces] server should be"),
        ({"bounces": []}, "[send.bounces] should be a table"),
    ],
)
def test_what_is_wrong_is_said(table: dict[str, Any], said: str) -> None:
    assert said in wrong(**table)


def test_everything_is_said_at_once_and_no_password() -> None:
    said = wrong(server="smtp://ann:swordfish@mail.example.org", timeout=0, attempts="5", form="x")
    assert said.count("; ") == 3
    assert "server holds a user or a password" in said
    assert "swordfish" not in said
    assert "swordfish" not in wrong(server="smtp//ann:swordfish@mail.example.org")


def test_a_password_comes_from_the_environment_or_the_keyring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server("mail.example.org", 587, "starttls", "ann")
    found = with_password(server, "REPORTS_SMTP_PASSWORD", {"REPORTS_SMTP_PASSWORD": "swordfish"})
    assert found.password == "swordfish"  # noqa: S105
    assert "swordfish" not in repr(found)
    ring, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    known = {("trade-reports", "ann"): "from the ring"}
    ring.get_password = lambda service, user: known.get((service, user))  # type: ignore[attr-defined]
    errors.KeyringError = RuntimeError  # type: ignore[attr-defined]
    errors.NoKeyringError = NotImplementedError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    assert with_password(server, "REPORTS_SMTP_PASSWORD", {}).password == "from the ring"  # noqa: S105
    known.clear()
    with pytest.raises(UsageError, match="no password for ann"):
        with_password(server, "REPORTS_SMTP_PASSWORD", {})
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UsageError, match="no password for ann"):
        with_password(server, "REPORTS_SMTP_PASSWORD", {})


@pytest.mark.parametrize(("user", "password"), [("ann", "pässword"), ("änn", "swordfish")])
def test_what_no_server_takes_in_a_log_in_is_told_before(user: str, password: str) -> None:
    server = Server("mail.example.org", 587, "starttls", user)
    with pytest.raises(UsageError, match="letters beyond ASCII") as caught:
        with_password(server, "REPORTS_IMAP_PASSWORD", {"REPORTS_IMAP_PASSWORD": password})
    assert password not in str(caught.value)


def test_the_settings_in_the_documentation_and_of_the_project_are_right() -> None:
    page = (ROOT / "docs" / "sending.md").read_text("utf-8")
    relay, local = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    own = (ROOT / "reports.toml").read_text("utf-8")
    for text in (relay, local, own):
        found = sending(tomllib.loads(text)["send"], {}, ROOT, ROOT / "output")
        assert (found.server is None) == (text == own)
    with roster(ROOT / "recipients.example.csv", found.groups) as people:
        assert people.size == 3


def test_every_setting_and_status_is_explained() -> None:
    page = (ROOT / "docs" / "sending.md").read_text("utf-8")
    rows = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}
    assert {*TEXTS, *NUMBERS} <= {*rows}
    assert all(str(NUMBERS[name][0]) in rows[name].rpartition(" | ")[2] for name in NUMBERS)
    assert all(f"\n| `{status}` | " in page for status in STATUSES)
