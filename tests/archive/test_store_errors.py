"""A server that refuses, is silent or cannot be trusted is one line; no secret is ever in it."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which

import pytest

from reports.archive import bucket, s3, sftp_line
from reports.archive.bucket import Bucket
from reports.archive.s3 import S3Store
from reports.archive.sftp import SftpStore
from reports.errors import StoreError
from tests.archive.conftest import Place
from tests.archive.desk import DAY, Desk
from tests.archive.servers import CREDENTIALS, Sshd, free_port, make_key
from tests.conftest import Said

pytestmark = pytest.mark.slow

Reports = Callable[..., Said]
EDITION = {"facts.json": b"{}", "manifest.json": b"first"}


@contextmanager
def answering(status: int, body: str, certified: tuple[Path, Path] | None = None) -> Iterator[str]:
    """Run a server with one answer to everything; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", '"1"')
            self.end_headers()
            self.wfile.write(body.encode())

        do_PUT = do_POST = do_HEAD = do_DELETE = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if certified:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certified)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask once, with credentials that must not be seen anywhere."""
    pytest.importorskip("obstore", reason="obstore is not installed")
    pytest.importorskip("asyncssh", reason="asyncssh is not installed")
    monkeypatch.setattr(bucket, "_RETRIES", 0)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


def refused(said: Said, *parts: str) -> None:
    """Require one line with the status of the archive, and no secret."""
    assert said.status == 5, said
    assert said.out == ""
    assert said.err.startswith("Error: ")
    assert said.err.count("\n") == 1
    for part in parts:
        assert part in said.err
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        assert CREDENTIALS[name] not in said.err
    assert "a-secret-word" not in said.err


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (403, "AccessDenied", "access is denied"),
        (403, "SignatureDoesNotMatch", "the secret access key is wrong"),
        (403, "InvalidAccessKeyId", "the access key is not known"),
        (404, "NoSuchBucket", "there is no such bucket"),
        (400, "AuthorizationHeaderMalformed", "another region (hint: set archive.region)"),
        (418, "Odd", "it answers Odd"),
    ],
)
def test_a_refusal_says_what_is_wrong(
    status: int, code: str, says: str, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = CREDENTIALS["AWS_ACCESS_KEY_ID"]
    body = f"<Error><Code>{code}</Code><AWSAccessKeyId>{key}</AWSAccessKeyId></Error>"
    with answering(status, body) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        for words in (("list",), ("verify", "--all"), ("show", DAY)):
            refused(reports(*words, "--archive", "s3://briefings/archive"), url, says)


@pytest.mark.skipif(which("openssl") is None, reason="openssl is not installed")
def test_a_certificate_is_checked(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ("openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt")
    named = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    # The client takes no authority for a server.
    plain = ("-addext", "basicConstraints=critical,CA:FALSE")
    paths = ("-keyout", key, "-out", certificate)
    subprocess.run(
        [*made, "ec_paramgen_curve:prime256v1", *named, *plain, *paths],
        check=True,
        capture_output=True,
    )
    with answering(403, "<Error><Code>AccessDenied</Code></Error>", (certificate, key)) as url:
        secure = url.replace("http://127.0.0.1", "https://localhost")
        with pytest.raises(StoreError, match="its certificate is not trusted"):
            Bucket("briefings", secure).get("any")
        with pytest.raises(StoreError, match="access is denied"):
            Bucket("briefings", secure, ca_file=str(certificate)).get("any")
        with pytest.raises(StoreError, match=r"none\.pem cannot be read"):
            Bucket("briefings", secure, ca_file=str(tmp_path / "none.pem")).get("any")


def test_what_is_no_s3_server_is_told(reports: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(200, "<html>Welcome") as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        said = reports("list", "--archive", "s3://briefings")
        refused(said, "does not answer as S3 does", "archive.endpoint_url")


def test_missing_credentials_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(403, "") as url:
        monkeypatch.setattr(bucket, "_METADATA", url.removeprefix("http://"))
        monkeypatch.setenv("AWS_METADATA_ENDPOINT", url)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)
        with pytest.raises(StoreError, match="there are no credentials for s3://briefings"):
            Bucket("briefings", "http://127.0.0.1:1").get("any")


def test_nobody_listens(reports: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    refused(reports("list", "--archive", "s3://briefings"), str(port), "connection refused")
    refused(reports("list", "--archive", f"sftp://127.0.0.1:{port}/a"), "connection refused")


def test_a_silent_server_is_waited_for_as_long_as_is_set(
    reports: Reports, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        store = S3Store(Bucket("briefings", f"http://127.0.0.1:{port}", timeout=1), "")
        with pytest.raises(StoreError, match="does not answer: it took too long"):
            store.names("")
        line = sftp_line.Line("127.0.0.1", port, timeout=1)
        with pytest.raises(StoreError, match="does not answer: it took too long"):
            SftpStore(line, "/a").names("")


def test_a_server_that_overwrites_is_not_trusted() -> None:
    with answering(200, "") as url:
        store = S3Store(Bucket("briefings", url), "")
        with pytest.raises(StoreError, match="does not keep to If-None-Match"):
            store.append("ledger/000001.json", b"")
    with answering(501, "<Error><Code>NotImplemented</Code></Error>") as url:
        store = S3Store(Bucket("briefings", url), "")
        with pytest.raises(StoreError, match="does not keep to If-None-Match"):
            store.append("ledger/000001.json", b"")


def test_a_put_whose_answer_was_lost_is_known_again(
    on_s3: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = on_s3().open()
    assert isinstance(store, S3Store)
    assert store.append("other", b"")
    words = iter(["our attempt", "our attempt", "another attempt"])
    monkeypatch.setattr("secrets.token_hex", lambda _: next(words))
    assert store.append("entry", b"1")
    assert store.append("entry", b"1")  # As a repeated request would be.
    assert not store.append("entry", b"1")


def test_what_a_dead_writer_left_on_s3_goes_when_it_is_old(
    on_s3: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = on_s3()
    store = place.open()
    assert isinstance(store, S3Store)
    store._send(f"{DAY}!r1!dead", "facts.json", b"of a dead one")
    assert store.put(f"{DAY}/r1", EDITION)
    assert place.hidden() == [f"{DAY}!r1!dead/facts.json"]
    monkeypatch.setattr(s3, "STALE", timedelta(seconds=-1))
    assert store.put(f"{DAY}/r2", EDITION)
    assert place.hidden() == []
    assert store.read(f"{DAY}/r1/facts.json") == b"{}"


def test_a_claim_whose_files_are_gone_is_told_and_not_waited_for(
    on_s3: Callable[..., Place],
) -> None:
    store = on_s3().open()
    assert isinstance(store, S3Store)
    claim = s3.Claim(f"{DAY}!r1!gone", "manifest.json")
    assert store.bucket.put_new(store._claim(f"{DAY}/r1"), s3._written(claim))
    with pytest.raises(Exception, match=rf"{DAY}/r1 was claimed, and its files are gone"):
        store.put(f"{DAY}/r1", EDITION)
    assert store.folders("") == ()


def test_what_a_dead_writer_left_on_sftp_goes_when_it_is_old(
    on_sftp: Callable[..., Place],
) -> None:
    place = on_sftp()
    store = place.open()
    assert place.folder
    for name, hours in (("alive", 1), ("dead", 25)):
        left = place.folder / ".staged" / name
        (left / "whole").mkdir(parents=True)
        (left / "whole/facts.json").write_bytes(b"half")
        then = (datetime.now().astimezone() - timedelta(hours=hours)).timestamp()  # noqa: TID251
        os.utime(left, (then, then))
    assert store.put(f"{DAY}/r1", EDITION)
    assert place.hidden() == ["alive"]


def test_a_server_without_links_is_refused(
    on_sftp: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncssh

    async def unsupported(*_: object) -> None:
        raise asyncssh.SFTPOpUnsupported("Hard link not supported")

    store = on_sftp().open()
    monkeypatch.setattr(asyncssh.SFTPClient, "link", unsupported)
    with pytest.raises(StoreError, match="offers no links or renames"):
        store.append("ledger/000001.json", b"")
    assert store.names("") == ()


def test_a_changed_or_unknown_host_key_is_refused(
    on_sftp: Callable[..., Place], reports: Reports, tmp_path: Path
) -> None:
    place = on_sftp()
    home = tmp_path / "home/.ssh"
    # Which asyncssh would take as leave to check nothing.
    (home / "config").write_text("Host *\n  UserKnownHostsFile none\n  StrictHostKeyChecking no\n")
    assert reports("list", "--archive", place.url).status == 0
    make_key(tmp_path / "other")
    known = home / "known_hosts"
    where = known.read_text("utf-8").split()[0]
    known.write_text(f"{where} {(tmp_path / 'other.pub').read_text('utf-8')}")
    refused(reports("list", "--archive", place.url), "is not the one in ~/.ssh/known_hosts")
    known.write_text("")
    refused(reports("list", "--archive", place.url), "is not in ~/.ssh/known_hosts", "ssh-keyscan")


def test_a_refused_login_is_one_line(
    on_sftp: Callable[..., Place],
    reports: Reports,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = on_sftp()
    make_key(tmp_path / "stranger")
    monkeypatch.setenv("REPORTS_SFTP_KEY", str(tmp_path / "stranger"))
    refused(reports("list", "--archive", place.url), "refuses the login", "ssh agent")
    monkeypatch.setenv("REPORTS_SFTP_KEY", str(tmp_path / "none"))
    refused(reports("list", "--archive", place.url), "none cannot be read")
    monkeypatch.delenv("REPORTS_SFTP_KEY")
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setenv("REPORTS_SFTP_PASSWORD", "a-secret-word")
    refused(reports("list", "--archive", place.url), "refuses the login")
    assert "a-secret-word" not in repr(place.open())


def test_a_server_that_hangs_is_given_up(on_sftp: Callable[..., Place], sftp: Sshd) -> None:
    store = on_sftp().open()
    assert isinstance(store, SftpStore)
    store = replace(store, line=replace(store.line, timeout=1))
    assert store.names("") == ()
    assert sftp.process
    stopped = sftp.processes()
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    try:
        with pytest.raises(StoreError, match="does not answer: connection lost"):
            store.put(f"{DAY}/r1", EDITION)
    finally:
        for process in stopped:
            os.kill(process, signal.SIGCONT)


def test_verifying_takes_no_network_for_damage(
    on_s3: Callable[..., Place],
    desk: Desk,
    reports: Reports,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = on_s3()
    run = ("--archive", place.url)
    assert reports("publish", "--as-of", DAY, "--output", desk.output, *run).status == 0
    read = Bucket.get

    def lost(self: Bucket, key: str) -> bytes:
        if key.endswith("facts.json"):
            raise StoreError("s3://b does not answer: the connection was lost", "run it again")
        return read(self, key)

    monkeypatch.setattr(Bucket, "get", lost)
    refused(reports("verify", "--all", *run), "the connection was lost")
