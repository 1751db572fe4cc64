"""`reports serve` and `reports open`: the archive on this machine, and nothing else of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

from reports.archive.serving import server
from reports.archive.store import FolderStore
from tests.archive.example_archive import CORRECTED, DAYS, small_archive
from tests.conftest import ROOT, Said

Reports = Callable[..., Said]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> FolderStore:
    return small_archive(tmp_path_factory.mktemp("served") / "archive")


@pytest.fixture(scope="module")
def port(archive: FolderStore) -> Iterator[int]:
    with server(archive, 0) as running:
        Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield running.server_port
        running.shutdown()


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, str, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    kind = answer.headers["Location"] or answer.headers["Content-Type"]
    content = answer.read()
    connection.close()
    return answer.status, kind, content


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html#find", "text/html; charset=utf-8"),
        ("/feed.xml", "application/atom+xml; charset=utf-8"),
        ("/calendar.ics", "text/calendar; charset=utf-8"),
        ("/search/2025.js?v", "text/javascript; charset=utf-8"),
        ("/assets/site.css", "text/css; charset=utf-8"),
        ("/latest/briefing.pdf", "application/pdf"),
        (f"/{CORRECTED}/r1/rows/observations.csv", "text/csv; charset=utf-8"),
        (f"/{CORRECTED}/r1/facts.json", "application/json"),
        (f"/{CORRECTED}/r1/SHA256SUMS", "text/plain; charset=utf-8"),
        (f"/{CORRECTED}/r1/charts/tariff%2Dsteps.png", "image/png"),
    ],
)
def test_every_kind_of_file_is_served_as_what_it_is(
    archive: FolderStore, port: int, path: str, kind: str
) -> None:
    status, found, content = ask(port, path.partition("#")[0])
    assert (status, found) == (200, kind)
    name = path.partition("#")[0].partition("?")[0].replace("%2D", "-")[1:] or "index.html"
    assert content == (archive.root / name).read_bytes()
    assert ask(port, path.partition("#")[0], "HEAD")[2] == b""


def test_a_folder_leads_to_its_page(port: int) -> None:
    assert ask(port, f"/{CORRECTED}")[:2] == (301, f"/{CORRECTED}/")
    assert ask(port, f"/{CORRECTED}/")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/../reports.toml",
        "/%2e%2e/secret",
        "/.staged/x",
        "//etc/passwd",
        "/ledger/",
        "/%00",
    ],
)
def test_nothing_else_is_served(archive: FolderStore, port: int, path: str) -> None:
    (archive.root.parent / "secret").write_text("secret")
    assert ask(port, path)[0] == 404


def test_a_name_that_leads_here_from_elsewhere_is_refused(port: int) -> None:
    assert ask(port, "/", Host="evil.example")[0] == 421
    assert ask(port, "/", Host=f"localhost:{port}")[0] == 200
    assert ask(port, "/", "POST")[0] == 501


@pytest.mark.slow
def test_it_prints_its_address_and_ends_cleanly(archive: FolderStore) -> None:
    words: list[str | Path] = [
        sys.executable,
        "-m",
        "reports",
        "serve",
        "--output",
        archive.root.parent,
        "--port",
        "0",
    ]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as running:
        assert running.stdout
        assert running.stderr
        address = running.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        assert ask(int(address.rstrip("/").rpartition(":")[2]), "/")[0] == 200
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=20) == 0
        assert "Traceback" not in running.stderr.read()


def test_a_port_that_is_taken_is_named(archive: FolderStore, reports: Reports) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = reports("serve", "--output", archive.root.parent, "--port", str(port))
    assert said.status == 2
    assert said.err == (
        f"Error: port {port} is taken (hint: name another with --port; 0 takes a free one)\n"
    )


def test_an_archive_without_pages_cannot_be_shown(tmp_path: Path, reports: Reports) -> None:
    for words in (("serve", "--port", "0"), ("index",), ("index", "--check")):
        said = reports(*words, "--output", tmp_path)
        assert said.status == 5
        assert said.err.startswith("Error: there ")
    assert reports("open", "--output", tmp_path).status == 2


def test_what_is_to_be_opened_is_opened(
    archive: FolderStore, reports: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = tmp_path / "heard"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" >{heard}\n')
    browser.chmod(0o755)
    name = "us-china-trade-briefing"
    for words, place in (
        ((), "index.html"),
        ((CORRECTED,), f"{CORRECTED}/index.html"),
        ((CORRECTED, "--format", "pdf"), f"{CORRECTED}/r2/{name}-{CORRECTED}.pdf"),
        (("--format", "html"), f"{DAYS[-1]}/r1/{name}-{DAYS[-1]}.html"),
    ):
        monkeypatch.setenv("BROWSER", f"{browser} %s")
        said = reports("open", *words, "--output", archive.root.parent)
        assert (said.status, said.out) == (0, f"{archive.root / place}\n")
        assert heard.read_text() == (archive.root / place).as_uri()
        heard.unlink()
        for display in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
            monkeypatch.delenv(display, raising=False)
        said = reports("open", *words, "--output", archive.root.parent)
        assert (said.status, said.out) == (0, f"{archive.root / place}\n")
        assert said.err == "There is no display to open it on.\n"
        assert not heard.exists()
    assert reports("open", "2031-01-06", "--output", archive.root.parent).status == 2
    assert os.environ.get("BROWSER") is None


def test_a_browser_that_goes_away_is_no_error(
    archive: FolderStore, capsys: pytest.CaptureFixture[str]
) -> None:
    with server(archive, 0) as running, socket.socket() as gone:
        for kind, is_told in ((BrokenPipeError, False), (ValueError, True)):
            try:
                raise kind
            except kind:
                running.handle_error(gone, ("127.0.0.1", 1))
            assert ("Traceback" in capsys.readouterr().err) == is_told
