"""A real mail server on loopback: Postfix takes mail, Dovecot keeps it in mailboxes.

It needs root, and says why where it cannot run. Nothing leaves the machine: there is no transport
to the outside. Recipients of test.example: `bounce` is taken and comes back, `deny` is refused,
`full` is deferred, `grey` twice, `nobody…` does not exist; all others have a mailbox.
"""

from __future__ import annotations

import mailbox
import os
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from tests.delivery.certificates import make_certificate

PASSWORD = "correct-horse-battery"  # noqa: S105
PROGRAMS = ("postfix", "dovecot", "postmap")
_WAIT = 20

_DOVECOT = """
base_dir = {run}
state_dir = {run}
log_path = {log}
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{tls}/server.pem
ssl_key = <{tls}/server.key
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{mail}/%n
first_valid_uid = 1
mail_uid = mail
mail_gid = mail
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={mail}/%n allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
service anvil {{
  chroot =
}}
"""
_MAIN = """
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
maillog_file = {log}
maillog_file_prefixes = {folder}
myhostname = mail.test.example
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = test.example
virtual_mailbox_maps = regexp:{postfix}/mailboxes
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
virtual_alias_maps = texthash:{postfix}/aliases
default_transport = error:5.1.2 nothing leaves this server
relay_transport = error:5.1.2 nothing leaves this server
message_size_limit = {size}
smtpd_tls_cert_file = {tls}/server.pem
smtpd_tls_key_file = {tls}/server.key
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_sasl_security_options = noanonymous
smtpd_client_restrictions = permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = reject_unauth_destination, reject_unlisted_recipient,
  check_recipient_access texthash:{postfix}/access,
  check_policy_service inet:127.0.0.1:{policy}, permit
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 1000
smtpd_hard_error_limit = 2000
smtpd_client_connection_count_limit = 0
"""
_MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 5 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
showq unix n - n - - showq
"""


@dataclass(frozen=True)
class PostOffice:
    """A running server."""

    folder: Path
    ports: dict[str, int]

    @property
    def ca(self) -> Path:
        """Return the authority that signed its certificate."""
        return self.folder / "tls" / "ca.pem"

    def messages(self, user: str) -> list[mailbox.MaildirMessage]:
        """Return what lies in a mailbox."""
        place = self.folder / "mail" / user
        found = mailbox.Maildir(place, create=False) if place.exists() else None
        return list(found) if found is not None else []

    def copies(self) -> Counter[str]:
        """Return how often each Message-ID lies in any of the mailboxes."""
        found: Counter[str] = Counter()
        for place in (self.folder / "mail").iterdir():
            for path in (*(place / "new").glob("*"), *(place / "cur").glob("*")):
                with path.open("rb") as file:
                    head = (line for line in file if line.lower().startswith(b"message-id:"))
                    found[next(head).partition(b":")[2].strip().decode()] += 1
        return found

    def wait_until_delivered(self) -> None:
        """Wait until nothing is on its way any more."""
        queues = [self.folder / "queue" / name for name in ("incoming", "active", "maildrop")]
        wait_for(lambda: not any(path.is_file() for q in queues for path in q.rglob("*")), "queue")


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait until something is so; raise TimeoutError where it never is."""
    end = time.monotonic() + _WAIT
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {_WAIT} s for {what}")
        time.sleep(0.05)


@cache
def why_not() -> str:
    """Return why no such server can run here; nothing where one can."""
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing:
        return (
            f"{' and '.join(missing)} missing: apt-get install postfix dovecot-imapd dovecot-lmtpd"
        )
    if os.geteuid() != 0:
        return "Postfix starts as root only"
    done = subprocess.run(("dovecot", "--version"), capture_output=True, text=True, check=False)
    known = done.stdout.startswith("2.3.")
    return "" if known else f"the settings here are for Dovecot 2.3, not {done.stdout.strip()}"


@contextmanager
def post_office(policy: int, size: int = 20_000_000) -> Iterator[PostOffice]:
    """Run a server; `policy` is the port that is asked about each recipient."""
    # Not in the folder of a test: the servers' own users have to pass through it.
    with TemporaryDirectory(prefix="post-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with _running(folder, policy, size) as office:
            yield office


@contextmanager
def _running(folder: Path, policy: int, size: int) -> Iterator[PostOffice]:
    names = ("smtp", "smtps", "imap", "imaps", "lmtp", "auth")
    ports = {**dict(zip(names, _free_ports(len(names)), strict=True)), "policy": policy}
    for name in ("postfix", "queue", "data", "mail", "run", "tls"):
        (folder / name).mkdir(mode=0o755)
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "mail", "mail", "mail")
    make_certificate(folder / "tls")
    values = {name: folder / name for name in ("postfix", "queue", "data", "mail", "run", "tls")}
    filled = {**values, **ports, "folder": folder, "log": folder / "log", "size": size}
    filled["password"] = PASSWORD
    (folder / "dovecot.conf").write_text(_DOVECOT.format(**filled), "utf-8")
    (folder / "postfix" / "main.cf").write_text(_MAIN.format(**filled), "utf-8")
    (folder / "postfix" / "master.cf").write_text(_MASTER.format(**filled), "utf-8")
    access = "deny@test.example 550 5.7.1 refused here\nfull@test.example 452 4.2.2 mailbox full\n"
    (folder / "postfix" / "access").write_text(access, "utf-8")
    gone = "bounce@test.example gone@elsewhere.example\n"
    (folder / "postfix" / "aliases").write_text(gone, "utf-8")
    mailboxes = "!/^nobody/ here\n"
    (folder / "postfix" / "mailboxes").write_text(mailboxes, "utf-8")
    office = PostOffice(folder, ports)
    try:
        _run("dovecot", "-c", folder / "dovecot.conf")
        _run("postfix", "-c", folder / "postfix", "start")
        wait_for(lambda: all(map(_answers, ports.values())), "ports")
        yield office
    finally:
        _stop(folder)


def _run(*words: str | Path) -> None:
    with TemporaryFile() as said:  # A pipe would stay open as long as the server runs.
        done = subprocess.run(words, stdout=said, stderr=said, check=False, timeout=60)
        if done.returncode:
            said.seek(0)
            raise RuntimeError(f"{words[0]} did not start: {said.read().decode()}")


def _stop(folder: Path) -> None:
    subprocess.run(
        ("postfix", "-c", folder / "postfix", "stop"), capture_output=True, check=False, timeout=60
    )
    with suppress(OSError, ValueError):
        os.kill(int((folder / "run" / "master.pid").read_text()), signal.SIGTERM)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
