"""The server shows what the board does, to this machine alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from threading import Thread

import pytest

from reports.errors import DataError, Problem, UsageError
from reports.preview.board import Board
from reports.preview.server import HOST, Server
from reports.preview.stem import Outcome

PDF_NAME = "briefing.pdf"
PAGE = Outcome("1", b"<body><p>One</p></body>", pdf_name=PDF_NAME)
WHOLE = Outcome("1", PAGE.page, b"%PDF-1", PDF_NAME, complete=True)
FAULT = DataError("two faults", "see", (Problem("a.csv", 7, "value", "is no number", "x"),))


@pytest.fixture
def server() -> Iterator[Server]:
    opened = Server(Board(), 0)
    opened.start()
    yield opened
    opened.stop()


@contextmanager
def ask(server: Server, path: str, host: str = "localhost") -> Iterator[HTTPResponse]:
    with closing(HTTPConnection(HOST, server.server_port, timeout=20)) as connection:
        connection.request("GET", path, headers={"Host": f"{host}:{server.server_port}"})
        with connection.getresponse() as answer:
            yield answer


def content(server: Server, path: str) -> tuple[int, bytes]:
    with ask(server, path) as answer:
        return answer.status, answer.read()


def test_the_page_and_its_pdf_are_served(server: Server) -> None:
    server.board.hear(WHOLE)
    status, page = content(server, "/")
    assert status == 200
    assert b"<p>One</p>" in page
    assert content(server, f"/{PDF_NAME}") == (200, b"%PDF-1")
    assert content(server, "/../reports.toml")[0] == 404
    assert content(server, "/favicon.ico")[0] == 404


def test_a_request_for_the_pdf_waits_until_it_is_made(server: Server) -> None:
    server.board.hear(PAGE)
    answers: list[tuple[int, bytes]] = []
    asking = Thread(target=lambda: answers.append(content(server, f"/{PDF_NAME}")))
    asking.start()
    server.board.hear(WHOLE)
    asking.join(20)
    assert answers == [(200, b"%PDF-1")]
    server.board.hear(PAGE)
    server.board.hear(Outcome("1", fault=FAULT))
    assert content(server, f"/{PDF_NAME}")[0] == 404


def test_another_name_of_the_machine_is_refused(server: Server) -> None:
    server.board.hear(WHOLE)
    for path in ("/", "/events", f"/{PDF_NAME}"):
        with ask(server, path, "draft.example.org") as answer:
            assert answer.status == 403


def test_events_tell_the_state_and_each_change(server: Server) -> None:
    server.board.hear(PAGE)
    with ask(server, "/events") as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"

        def state() -> dict[str, object]:
            for line in answer:
                if line.startswith(b"data: "):
                    read: dict[str, object] = json.loads(line[6:])
                    return read
            raise AssertionError("no event")

        first = state()
        assert (first["pdf"], first["fault"]) == ("building", None)
        server.board.hear(WHOLE)
        second = state()
        assert (second["pdf"], second["version"]) == ("current", first["version"])
        server.board.hear(Outcome("2", fault=FAULT))
        faulty = state()
        assert faulty["version"] == first["version"]
        assert faulty["fault"] == {
            "message": "two faults",
            "hint": "see",
            "problems": ["a.csv:7 [value]: is no number (found 'x')"],
            "trace": "",
        }
        server.board.hear(WHOLE)
        assert state()["fault"] is None


def test_a_port_in_use_is_named(server: Server) -> None:
    with pytest.raises(UsageError, match=f"port {server.server_port} cannot be used"):
        Server(Board(), server.server_port)
