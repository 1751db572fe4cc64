"""What an IMAP server may do to us: fall silent, trickle, send without an end, lie about sizes."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.certificates import make_certificate, server_context
from tests.delivery.office import Office
from tests.delivery.test_notices import notice

pytestmark = pytest.mark.slow
ANSWERS = {
    "LOGIN": b"",
    "EXAMINE": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n* OK [UIDNEXT 3] fine\r\n",
    "SEARCH": b"* SEARCH 1 2\r\n",
    "LOGOUT": b"* BYE\r\n",
}


class _Handler(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        with suppress(OSError):
            self.wfile.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
            while line := self.rfile.readline(4096):
                self.answer(line.decode("utf-8", "replace"))

    def answer(self, line: str) -> None:
        tag, verb, *rest = line.split()
        verb = rest[0] if verb == "UID" else verb
        fault = self.server.faults.get(verb)
        if fault == "silent":
            self.server.over.wait(30)
        elif fault == "trickle":
            while not self.server.over.wait(0.02):
                self.wfile.write(b"*")
        elif fault == "endless":
            while not self.server.over.is_set():
                self.wfile.write(b"* OK and so on\r\n" * 1_000)
        elif verb == "CAPABILITY":
            self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n" + f"{tag} OK fine\r\n".encode())
        elif isinstance(fault, bytes):
            self.wfile.write(fault.replace(b"TAG", tag.encode()))
        elif verb == "FETCH":
            content = self.server.contents[int(rest[1]) - 1]
            self.wfile.write(b"* 1 FETCH (BODY[]<0> {%d}\r\n%s)\r\n" % (len(content), content))
            self.wfile.write(f"{tag} OK fine\r\n".encode())
        else:
            self.wfile.write(ANSWERS[verb] + f"{tag} OK fine\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    block_on_close = False
    tls: ssl.SSLContext

    def get_request(self) -> Any:
        connection, address = super().get_request()
        return self.tls.wrap_socket(connection, server_side=True), address

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that breaks off is what tests are about."""


@contextmanager
def imap(folder: Path, faults: dict[str, object], contents: list[bytes]) -> Iterator[int]:
    make_certificate(folder)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.tls = server_context(folder)
        server.over = threading.Event()  # type: ignore[attr-defined]
        server.faults, server.contents = faults, contents  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.over.set()  # type: ignore[attr-defined]
            server.shutdown()
            thread.join(5)


@pytest.fixture
def reader(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("REPORTS_IMAP_PASSWORD", "secret")
    return office


def configure(office: Office, port: int) -> None:
    office.settings(None, timeout=1)
    with (office.folder / "reports.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[send.bounces]\nserver = "imaps://localhost:{port}"\nuser = "ann"\nca = "ca.pem"\n'
        )


def test_new_messages_are_read_once(reader: Office, tmp_path: Path) -> None:
    reader.run("send")
    row = reader.run("deliveries", "--json").json["deliveries"][0]
    contents = [b"\xff\x00 no message at all", notice(row["message_id"])]
    with imap(tmp_path, {}, contents) as port:
        configure(reader, port)
        said = reader.run("bounces", "--json").json
        assert (said["hard"], said["other"]) == (1, 1)
        again = reader.run("bounces", "--json").json
        assert (again["hard"], again["known"], again["other"]) == (0, 0, 0)
    assert reader.statuses()["ann@example.org"] == "bounced"


@pytest.mark.parametrize(
    ("verb", "fault"),
    [
        *(
            (verb, fault)
            for verb in ("LOGIN", "FETCH")
            for fault in ("silent", "trickle", "endless")
        ),
        ("LOGIN", b"TAG NO [AUTHENTICATIONFAILED] no\r\n"),
        ("EXAMINE", b"TAG NO there is none\r\n"),
        ("SEARCH", b"TAG BAD what\r\n"),
        ("SEARCH", b"TAG NO not now\r\n"),
        ("SEARCH", b"* SEARCH " + b"1 " * 900_000 + b"\r\nTAG OK fine\r\n"),
        ("FETCH", b"* 1 FETCH (BODY[]<0> {99999999999}\r\n"),
        ("FETCH", b"\xff\xfe\x00\r\n"),
        ("FETCH", b"* BYE going down\r\n"),
    ],
)
def test_a_server_that_misbehaves_is_left_with_a_line(
    reader: Office, tmp_path: Path, verb: str, fault: object
) -> None:
    with imap(tmp_path, {verb: fault}, [b"one", b"two"]) as port:
        configure(reader, port)
        begun = time.monotonic()
        said = reader.run("bounces")
        assert time.monotonic() - begun < 20
    assert said.status == 6, said
    assert re.fullmatch(r"Error: [^\n]*localhost[^\n]*\n", said.err)
    if isinstance(fault, bytes) and b"AUTHENTICATIONFAILED" in fault:
        assert "the password of ann: [AUTHENTICATIONFAILED] no " in said.err
