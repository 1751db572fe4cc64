"""Servers for archives on this machine: moto's S3, OpenSSH's SFTP, and a wire that can be cut."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from getpass import getuser
from pathlib import Path

import urllib3

from tests.conftest import ROOT

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
SFTP_SERVER = Path("/usr/lib/openssh/sftp-server")
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI-secret",
    "AWS_REGION": "us-east-1",
}


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def s3_server() -> Iterator[int]:
    """Run moto's S3 server in a process of its own; yield its port."""
    command = [sys.executable, "-m", "tests.archive.s3_server"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield int(server.stdout.readline())
        finally:
            server.kill()


def make_bucket(port: int, name: str) -> None:
    """Make a bucket on an S3 server that asks nobody who he is."""
    signed = "AWS4-HMAC-SHA256 Credential=any/20250101/us-east-1/s3/aws4_request"
    answer = urllib3.request(
        "PUT", f"http://127.0.0.1:{port}/{name}", headers={"Authorization": signed}
    )
    assert answer.status == 200


@dataclass
class Sshd:
    """An OpenSSH server with a key of its own, for the user who runs the tests."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    reader: threading.Thread | None = None

    @property
    def key(self) -> Path:
        """Return the private key of the user."""
        return self.folder / "user"

    @property
    def known_hosts(self) -> Path:
        """Return the file with the key of the server."""
        return self.folder / "known_hosts"

    def prepare(self) -> None:
        """Make the keys and the configuration."""
        self.folder.mkdir(parents=True)
        for name in ("host", "user"):
            make_key(self.folder / name)
        self.trust(self.folder / "host.pub")
        (self.folder / "config").write_text(
            f"ListenAddress 127.0.0.1:{self.port}\n"
            f"HostKey {self.folder}/host\n"
            f"AuthorizedKeysFile {self.folder}/user.pub\n"
            f"Subsystem sftp {SFTP_SERVER}\n"
            "PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
            "KbdInteractiveAuthentication no\nMaxStartups 100\n"
        )

    def trust(self, public_key: Path) -> None:
        """Let a key be the one that the server is known by."""
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {public_key.read_text('utf-8')}")

    def start(self) -> None:
        """Start the server and wait until it listens."""
        assert SSHD
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.process = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", self.folder / "config"],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stderr
        for line in self.process.stderr:
            if "Server listening" in line:
                break
        self.reader = threading.Thread(target=self.process.stderr.read, daemon=True)
        self.reader.start()

    def processes(self) -> list[int]:
        """Return the processes of the server and of its connections."""
        return _below(self.process.pid) if self.process else []

    def kill(self) -> None:
        """Kill the server with all its connections."""
        if self.process:
            for child in self.processes():
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            self.process.wait()
            if self.reader:
                self.reader.join()
            if self.process.stderr:
                self.process.stderr.close()
            self.process = None


def make_key(path: Path) -> None:
    """Make a pair of keys."""
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path], check=True
    )


def _below(process: int) -> list[int]:
    """Return a process and all that it has started."""
    found = [process]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == process:
                found += _below(int(stat.parent.name))
    return found


@contextmanager
def sshd(folder: Path) -> Iterator[Sshd]:
    """Run an OpenSSH server."""
    server = Sshd(folder)
    server.prepare()
    server.start()
    try:
        yield server
    finally:
        server.kill()


def sftp_url(server: Sshd, root: Path, port: int | None = None) -> str:
    """Return the address of a folder on a server."""
    return f"sftp://{getuser()}@127.0.0.1:{port or server.port}{root}"


@dataclass
class Wire:
    """A port before another one, which does something at the n-th piece that a client sends."""

    target: int
    last: int | None = None
    """The piece at which to stop; None: pass all."""
    stop: Callable[[], None] = lambda: None
    """What happens then, as well as that nothing more goes through."""
    share: float = 0.5
    """How much of that piece still goes through."""
    seen: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: list[socket.socket] = field(default_factory=list)

    @contextmanager
    def listening(self) -> Iterator[int]:
        """Listen; yield the port."""
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
            yield listener.getsockname()[1]
            self._close()
            listener.shutdown(socket.SHUT_RDWR)

    @property
    def is_cut(self) -> bool:
        """Tell whether nothing goes through any more."""
        return self.last is not None and self.seen >= self.last

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                if self.is_cut:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self.target))
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open += [client, server]
                for pair in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, asks: bool) -> None:
        with suppress(OSError):
            while part := source.recv(65536):
                if not asks:
                    sink.sendall(part)
                elif not self._ask(sink, part):
                    break
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _ask(self, sink: socket.socket, part: bytes) -> bool:
        with self._lock:
            if self.is_cut:
                return False
            self.seen += 1
            if self.last is None or self.seen < self.last:
                sink.sendall(part)
                return True
            sink.sendall(part[: int(len(part) * self.share)])
            self.stop()
            self.stopped.set()
        self._close()
        return False

    def _close(self) -> None:
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
