"""The table `[send]` of `reports.toml` as values; all its problems at once."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from reports.delivery.letters import Dkim, Sender
from reports.delivery.recipients import valid_address
from reports.errors import UsageError

Encryption = Literal["starttls", "tls", "none"]
Editions = Literal["all", "monthly"]

_PORTS = {"smtp": 587, "smtps": 465, "imap": 143, "imaps": 993}
TEXTS = (
    "server", "user", "encryption", "ca", "from", "return_path", "list_id", "unsubscribe",
    "unsubscribe_url", "archive_url", "recipients", "state",
)  # fmt: skip
NUMBERS = {
    "rate": (0, 0, 100_000),
    "per_connection": (100, 1, 100_000),
    "timeout": (60, 1, 3600),
    "attempts": (5, 1, 20),
    "retry_after": (60, 0, 86_400),
    "oldest": (7, 0, 36_500),
    "suspend_after": (3, 1, 1_000),
}
"""Each number with its default, the least and the most."""
_TABLES = ("groups", "dkim", "bounces")
_EXAMPLES = ("example.com", "example.net", "example.org")
_GROUP = re.compile("[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class Server:
    """A mail server and how it is spoken to."""

    host: str
    port: int
    encryption: Encryption
    user: str = ""
    ca: Path | None = None
    """The certificates that are trusted, in place of the system's."""
    timeout: float = 60.0
    """Seconds for a command and its reply."""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Group:
    """What a group of recipients gets."""

    name: str
    briefings: tuple[str, ...] = ()
    """Empty: all."""
    editions: Editions = "all"
    """Every edition, or the first of each month."""


@dataclass(frozen=True)
class Sending:
    """How an edition is sent, and to whom."""

    server: Server | None
    """None: into files."""
    sender: Sender
    return_path: str
    """Where bounces go."""
    recipients: Path
    named: bool
    """The settings say where the recipients are."""
    state: Path
    groups: Mapping[str, Group]
    rate: int
    """The most messages a minute; 0 for as many as go."""
    per_connection: int
    attempts: int
    retry_after: int
    """Seconds before the second attempt; each further one waits twice as long."""
    oldest: int
    suspend_after: int
    mailbox: Server | None
    """Where bounces are read."""
    folder: str


def sending(
    table: Mapping[str, Any], environment: Mapping[str, str], folder: Path, output: Path
) -> Sending:
    """Return the settings of `[send]`; paths are relative to `folder`.

    Raise UsageError that names every problem at once.
    """
    wrong: list[str] = []
    known = {*TEXTS, *NUMBERS, *_TABLES}
    wrong += [f"[send] has an unknown setting {name!r}" for name in table if name not in known]
    texts = {name: _text(table, name, "[send]", wrong) for name in TEXTS}
    numbers = {name: _number(table, name, wrong) for name in NUMBERS}
    tables = {name: _table(table, name, wrong) for name in _TABLES}
    texts["server"] = environment.get("REPORTS_SMTP_SERVER") or texts["server"]
    texts["user"] = environment.get("REPORTS_SMTP_USER") or texts["user"]
    made = Sending(
        server=_server(texts, "[send]", ("smtp", "smtps"), folder, numbers["timeout"], wrong),
        sender=_sender(texts, tables["dkim"], environment, folder, wrong),
        return_path=_address(texts, "return_path", wrong) or _split(texts["from"])[1],
        recipients=folder / (texts["recipients"] or "recipients.csv"),
        named=bool(texts["recipients"]),
        state=folder / texts["state"] if texts["state"] else output / "state",
        groups=_groups(tables["groups"], wrong),
        **{name: value for name, value in numbers.items() if name != "timeout"},
        mailbox=_mailbox(tables["bounces"], environment, folder, numbers["timeout"], wrong),
        folder=_text(tables["bounces"], "folder", "[send.bounces]", wrong) or "INBOX",
    )
    domain = made.sender.address.rpartition("@")[2]
    if made.server and not is_loopback(made.server.host) and domain in _EXAMPLES:
        wrong.append("[send] from is still an address of an example: say who sends")
    if wrong:
        raise UsageError("; ".join(wrong), "docs/sending.md explains the settings")
    return made


def _text(table: Mapping[str, Any], name: str, where: str, wrong: list[str]) -> str:
    value = table.get(name, "")
    if isinstance(value, str) and (value.isprintable() or not value):
        return value.strip()
    wrong.append(f"{where} {name} should be a line of text, not {value!r}")
    return ""


def _number(table: Mapping[str, Any], name: str, wrong: list[str]) -> int:
    default, least, most = NUMBERS[name]
    value = table.get(name, default)
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    wrong.append(f"[send] {name} should be a whole number from {least} to {most:,}, not {value!r}")
    return default


def _table(table: Mapping[str, Any], name: str, wrong: list[str]) -> Mapping[str, Any]:
    value = table.get(name, {})
    if isinstance(value, dict):
        return value
    wrong.append(f"[send.{name}] should be a table, not {value!r}")
    return {}


def _server(
    texts: Mapping[str, str],
    where: str,
    schemes: tuple[str, str],
    folder: Path,
    timeout: float,
    wrong: list[str],
) -> Server | None:
    """Return the server that an address names; None where there is none."""
    address = texts["server"]
    if not address:
        return None
    example = f"{where} server should be an address such as {schemes[1]}://mail.example.org"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        host, port, parts = "", 0, urlsplit("")
    if parts.scheme not in schemes or not host or parts.path.strip("/") or parts.query:
        wrong.append(f"{example}, not {_without_secret(address)!r}")
        return None
    if parts.username or parts.password:
        wrong.append(
            f"{where} server holds a user or a password: name the user in `user`, and give the "
            "password in the environment or the keyring"
        )
    encryption = texts["encryption"] or ("tls" if parts.scheme == schemes[1] else "starttls")
    _require_encryption(encryption, parts.scheme, schemes, host, where, wrong)
    if encryption == "none" and texts["user"]:
        wrong.append(f"{where} user needs encryption: a password is not sent in the clear")
    ca = folder / texts["ca"] if texts["ca"] else None
    chosen: Encryption = "none" if encryption == "none" else "starttls"
    chosen = "tls" if encryption == "tls" else chosen
    return Server(host, port, chosen, texts["user"], ca, float(timeout))


def _without_secret(address: str) -> str:
    return re.sub("//[^@/]*@", "//…@", address)


def _require_encryption(
    encryption: str,
    scheme: str,
    schemes: tuple[str, str],
    host: str,
    where: str,
    wrong: list[str],
) -> None:
    own = "tls" if scheme == schemes[1] else "starttls"
    if encryption not in (own, "none"):
        wrong.append(f"{where} encryption with {scheme}:// is {own!r}, not {encryption!r}")
    elif encryption == "none" and scheme == schemes[1]:
        wrong.append(f"{where} encryption cannot be 'none' with {scheme}://")
    elif encryption == "none" and not is_loopback(host):
        wrong.append(f"{where} encryption 'none' is for this machine only, not for {host}")


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by its name or number."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(text: str) -> tuple[str, str]:
    """Return the name and the address of `Name <address>`."""
    name, bracket, rest = text.partition("<")
    return (name.strip().strip('"'), rest.rstrip("> ")) if bracket else ("", text.strip())


def _address(texts: Mapping[str, str], name: str, wrong: list[str]) -> str:
    """Return the address in a setting; empty where there is none, or none that is one."""
    address = _split(texts[name])[1] if name == "from" else texts[name]
    if not address:
        return ""
    try:
        return valid_address(address)
    except ValueError as error:
        wrong.append(f"[send] {name} {address!r} is no address: {error}")
        return ""


def _sender(
    texts: Mapping[str, str],
    dkim: Mapping[str, Any],
    environment: Mapping[str, str],
    folder: Path,
    wrong: list[str],
) -> Sender:
    address = _address(texts, "from", wrong)
    if not texts["from"]:
        wrong.append("[send] from is missing: who sends, such as 'Briefing <briefing@example.org>'")
    domain = address.rpartition("@")[2]
    wrong += [
        f"[send] {name} should be an https address, not {texts[name]!r}"
        for name in ("unsubscribe_url", "archive_url")
        if texts[name] and not re.fullmatch(r"https://[^\s<>]+", texts[name])
    ]
    return Sender(
        address=address,
        name=_split(texts["from"])[0],
        list_id=texts["list_id"] or f"briefing.{domain}",
        unsubscribe_mail=_address(texts, "unsubscribe", wrong) or address,
        unsubscribe_url=texts["unsubscribe_url"],
        archive_url=texts["archive_url"],
        dkim=_dkim(dkim, domain, folder, wrong),
        secret=environment.get("REPORTS_SEND_SECRET", "").encode(),
    )


def _dkim(table: Mapping[str, Any], domain: str, folder: Path, wrong: list[str]) -> Dkim | None:
    if not table:
        return None
    where = "[send.dkim]"
    wrong += [f"{where} has an unknown setting {n!r}" for n in table.keys() - {*_DKIM}]
    texts = {name: _text(table, name, where, wrong) for name in _DKIM}
    if not texts["selector"] or not texts["key"]:
        wrong.append(f"{where} needs `selector` and `key`, the file of the private key")
        return None
    try:
        key = (folder / texts["key"]).read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        wrong.append(f"{where} key {texts['key']} cannot be read: {reason}")
        return None
    return Dkim(texts["domain"] or domain, texts["selector"], key)


_DKIM = ("domain", "selector", "key")


def _groups(table: Mapping[str, Any], wrong: list[str]) -> dict[str, Group]:
    groups = {}
    for name, value in table.items():
        where = f"[send.groups.{name}]"
        if not _GROUP.fullmatch(name) or not isinstance(value, dict):
            wrong.append(f"{where} should be a table with a name such as `board`")
            continue
        unknown = value.keys() - {"briefings", "editions"}
        wrong += [f"{where} has an unknown setting {each!r}" for each in sorted(unknown)]
        briefings = value.get("briefings", [])
        if not isinstance(briefings, list) or not all(isinstance(b, str) for b in briefings):
            wrong.append(f"{where} briefings should be a list of names, not {briefings!r}")
            briefings = []
        editions = value.get("editions", "all")
        if editions not in ("all", "monthly"):
            wrong.append(f"{where} editions should be 'all' or 'monthly', not {editions!r}")
            editions = "all"
        groups[name] = Group(name, tuple(briefings), editions)
    return groups


def _mailbox(
    table: Mapping[str, Any],
    environment: Mapping[str, str],
    folder: Path,
    timeout: float,
    wrong: list[str],
) -> Server | None:
    where = "[send.bounces]"
    known = ("server", "user", "ca", "folder")
    wrong += [f"{where} has an unknown setting {n!r}" for n in sorted(table.keys() - {*known})]
    texts = {name: _text(table, name, where, wrong) for name in known} | {"encryption": ""}
    texts["server"] = environment.get("REPORTS_IMAP_SERVER") or texts["server"]
    texts["user"] = environment.get("REPORTS_IMAP_USER") or texts["user"]
    return _server(texts, where, ("imap", "imaps"), folder, timeout, wrong)
