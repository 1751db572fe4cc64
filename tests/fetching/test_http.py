"""The client is bounded in time and size, patient with busy servers, silent about keys."""

from __future__ import annotations

import logging
import shutil
import socket
import ssl
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import urllib3

from reports.fetching import http
from reports.fetching.http import Client, Limits
from reports.fetching.values import Call, FetchError, Secret
from tests.fetching import server as play
from tests.fetching.conftest import KEY, Clock
from tests.fetching.server import HTML, JSON, Reply, Server

pytestmark = pytest.mark.slow

QUICK = Limits(connect=2, read=0.2, total=1, tries=1, size=2**20)


def call(server: Server, **more: Any) -> Call:
    return Call(f"{server.address}/data", {"a": "1"}, ("application/json",), **more)


def failure(client: Client, asked: Call) -> FetchError:
    with pytest.raises(FetchError) as caught:
        client.get(asked)
    return caught.value


def test_an_answer_is_text(server: Server) -> None:
    server.say("data", play.packed('{"é": 1}'.encode()))
    assert Client(QUICK).get(call(server)) == '{"é": 1}'
    (asked,) = server.asked
    assert asked.query == {"a": "1"}
    assert asked.headers["User-Agent"].startswith("trade-reports/")


def test_a_byte_order_mark_is_no_part_of_an_answer(server: Server) -> None:
    server.say("data", Reply(b"\xef\xbb\xbf{}"))
    assert Client(QUICK).get(call(server)) == "{}"


def test_secrets_go_out_and_nowhere_else(server: Server) -> None:
    server.say("data", Reply(b"{}"))
    asked = call(
        server, secret_params={"api_key": Secret(KEY)}, secret_headers={"X-Key": Secret(KEY)}
    )
    Client(QUICK).get(asked)
    assert server.asked[0].query["api_key"] == server.asked[0].headers["X-Key"] == KEY
    assert KEY not in f"{asked} {asked!r} {Secret(KEY)} {vars(asked)}"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(misbehave=play.hang), "does not answer in time, 1 times"),
        (Reply(misbehave=play.drip), "takes longer than 1 s"),
        (Reply(misbehave=play.flood), "answers more than 1 MiB"),
        (play.bomb(64), "answers more than 1 MiB"),
        (Reply(misbehave=play.cut_off), "breaks off the connection, 1 times"),
        (Reply(b"<html>Sign in</html>", HTML), "answers a web page instead of data"),
        (Reply(b"%PDF", "application/pdf"), "answers a PDF instead of data"),
        (Reply(b"{}", ""), "answers something else instead of data"),
        (Reply('{"a": "é"}'.encode("latin-1")), "is not UTF-8"),
        (Reply(b"no gzip", headers={"Content-Encoding": "gzip"}), "cannot be unpacked"),
        (
            Reply(status=302, headers={"Location": f"http://elsewhere.example/?k={KEY}"}),
            "sends us on to another address",
        ),
        (Reply(status=400), "refuses the question (400)"),
        (Reply(status=401), "refuses the key (401)"),
        (Reply(status=403), "refuses access (403)"),
        (Reply(status=404), "has no such data (404)"),
        (Reply(status=418), "answers with status 418"),
        (Reply(status=503), "fails on its own side (503), 1 times"),
    ],
)
def test_each_fault_has_its_reason(server: Server, reply: Reply, reason: str) -> None:
    server.say("data", reply)
    started = time.monotonic()
    fault = failure(Client(QUICK), call(server, secret_params={"api_key": Secret(KEY)}))
    assert reason in fault.reason
    assert KEY not in fault.reason
    assert time.monotonic() - started < 5
    assert len(server.asked) == 1


def test_nobody_listens(clock: Clock) -> None:
    with socket.socket() as held:  # A port that is taken, and no server on it.
        held.bind(("127.0.0.1", 0))
        asked = Call(f"http://127.0.0.1:{held.getsockname()[1]}/", {}, ("application/json",))
        fault = failure(Client(Limits(), sleep=clock.sleep, clock=clock), asked)
    assert fault.reason == "cannot be reached, 3 times"
    assert fault.final
    assert clock.waits == [1, 2]


def test_a_bomb_is_not_unpacked(server: Server) -> None:
    server.say("data", play.bomb(128))
    tracemalloc.start()
    try:
        failure(Client(QUICK), call(server))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * 2**20


def test_a_busy_server_is_asked_again(server: Server, clock: Clock) -> None:
    server.say("data", Reply(status=500), Reply(status=502), Reply(b"{}"))
    assert Client(Limits(), sleep=clock.sleep, clock=clock).get(call(server)) == "{}"
    assert clock.waits == [1, 2]


def test_the_wait_that_a_server_asks_for_is_kept(server: Server, clock: Clock) -> None:
    day = {"Retry-After": "Mon, 09 Jun 2025 08:00:20 GMT", "Date": "Mon, 09 Jun 2025 08:00:00 GMT"}
    busy = Reply(status=429, headers={"Retry-After": "7"})
    server.say("data", busy, Reply(b"{}"))
    client = Client(Limits(), sleep=clock.sleep, clock=clock)
    client.get(call(server))
    assert clock.waits == [7]
    response = urllib3.HTTPResponse(headers=day)
    assert http._retry_after(response.headers) == 20
    for useless in ("soon", "-3", "", "Mon, 09 Jun 2025 08:00:20 GMT"):
        assert http._retry_after({"Retry-After": useless}) is None


def test_a_longer_wait_than_there_is_time_for_is_not_begun(server: Server, clock: Clock) -> None:
    server.say("data", Reply(status=429, headers={"Retry-After": "3600"}))
    fault = failure(Client(Limits(), sleep=clock.sleep, clock=clock), call(server))
    assert fault.reason == "is asked too often (429); the next try would come after 3600 s"
    assert not clock.waits
    assert fault.final


def test_requests_keep_their_distance(server: Server, clock: Clock) -> None:
    server.say("data", Reply(b"{}"))
    client = Client(Limits(), 1.5, sleep=clock.sleep, clock=clock)
    for _ in range(3):
        client.get(call(server))
    assert clock.waits == [1.5, 1.5]


def test_time_runs_out_between_requests_too(server: Server, clock: Clock) -> None:
    server.say("data", Reply(b"{}"))
    client = Client(Limits(), sleep=clock.sleep, clock=clock)
    clock.now += 60
    assert failure(client, call(server)).reason == "takes longer than 60 s"
    assert not server.asked


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.say("data", Reply(status=301, headers={"Location": f"{server.address}/other"}))
    failure(Client(QUICK), call(server))
    assert [asked.path for asked in server.asked] == ["/data"]


def test_the_library_logs_no_address(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.say("data", Reply(b"{}"))
    caplog.set_level(logging.DEBUG)
    Client(QUICK).get(call(server, secret_params={"api_key": Secret(KEY)}))
    assert KEY not in caplog.text


def test_certificates_are_always_checked() -> None:
    pool = http._pool("https", "example.org", {})
    context = pool.connection_pool_kw["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def self_signed(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for this machine that nobody signed."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificate")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    more = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *more, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context


def test_a_certificate_that_nobody_signed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, context = self_signed(tmp_path)
    with play.serving(context) as secured:
        secured.say("data", Reply(b"{}"))
        asked = call(secured, secret_params={"api_key": Secret(KEY)})
        fault = failure(Client(QUICK), asked)
        assert fault.reason == "has a certificate that cannot be trusted"
        assert fault.final
        assert not secured.asked
        # Whoever trusts it says so to all programs of the system.
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert Client(QUICK).get(asked) == "{}"


def test_proxies_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "internal.example")
    proxies = {"https": "http://me:pass%40word@proxy.example:3128"}
    pool = http._pool("https", "example.org", proxies)
    assert isinstance(pool, urllib3.ProxyManager)
    assert pool.proxy is not None
    assert (pool.proxy.host, pool.proxy.port, pool.proxy.auth) == ("proxy.example", 3128, None)
    assert "proxy-authorization" in pool.proxy_headers
    for near in ("127.0.0.1", "localhost", "internal.example"):
        assert not isinstance(http._pool("https", near, proxies), urllib3.ProxyManager)


def test_the_client_is_not_imported_before_it_is_used() -> None:
    code = "import sys, reports.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"urllib3", "reports.fetching"} & set(done.stdout.split())


def test_the_kind_of_an_answer_may_have_parameters(server: Server) -> None:
    server.say("data", Reply(b"{}", JSON.upper().replace("; ", ";")))
    assert Client(QUICK).get(call(server)) == "{}"
