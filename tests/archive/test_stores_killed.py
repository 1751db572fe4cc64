"""A publisher that is killed, or a server that goes, leaves no edition or a whole one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from reports.archive import bucket
from reports.archive.ledger import entries
from reports.archive.store import ArchiveStore
from reports.archive.verifying import verify
from reports.errors import StoreError
from tests.archive.children import publish_page, start
from tests.archive.conftest import Place
from tests.archive.desk import DAY, Desk
from tests.archive.servers import Sshd, Wire
from tests.conftest import Said

pytestmark = pytest.mark.slow

FAR = ("s3", "sftp")
REASON = "a figure was wrong"


@contextmanager
def behind(request: pytest.FixtureRequest, kind: str) -> Iterator[tuple[Place, Place, Wire]]:
    """Yield a place, the same one behind a wire, and the wire."""
    port = (
        request.getfixturevalue("s3_port") if kind == "s3" else request.getfixturevalue("sftp").port
    )
    wire = Wire(port)
    with wire.listening() as far:
        make = request.getfixturevalue(f"on_{kind}")
        place = make(far)
        near = place.url.replace(f":{far}/", f":{port}/")
        yield replace(place, url=near, endpoint=f"http://127.0.0.1:{port}"), place, wire


def look(store: ArchiveStore, before: dict[str, bytes]) -> str:
    """Return how a store stands: `none`, `edition` without its entry, or `whole`; else fail."""
    found = {name: store.read(name) for name in store.names("")}
    revisions = store.folders(DAY)
    problems = verify(store).problems
    assert before.items() <= found.items()
    if revisions == ("r1",):
        assert problems == ()
        return "none"
    assert revisions == ("r1", "r2")
    if len(entries(store)) == 2:
        assert problems == ()
        return "whole"
    assert [problem.file for problem in problems] == ["ledger/000002.json"]
    return "edition"


@pytest.mark.parametrize(
    ("kind", "share", "first", "step"),
    [("s3", 0.0, 4, 7), ("s3", 1.0, 1, 7), ("sftp", 1.0, 30, 43)],
)
def test_a_kill_at_some_requests_leaves_no_edition_or_the_whole_one(
    kind: str, share: float, first: int, step: int, request: pytest.FixtureRequest
) -> None:
    """With 1 for the first and the step it walks through all, which takes minutes."""
    with behind(request, kind) as (near, far, wire):
        store = near.open()
        publish_page(store, b"as first printed", "")
        before = {name: store.read(name) for name in store.names("")}
        wire.share = share
        seen = set()
        wire.last = first
        while True:
            wire.seen = 0
            child = start(far.url, b"as corrected", REASON)
            wire.stop = child.kill
            child.join(60)
            if child.exitcode == 0:
                break
            assert child.exitcode == -9
            seen.add(look(store, before))
            published = publish_page(store, b"as corrected", REASON)
            assert published.manifest.revision.number == 2
            assert look(store, before) == "whole"
            store.remove(f"{DAY}/r2")
            near.spoil("ledger/000002.json", None)
            wire.last += step
        assert "none" in seen
        assert seen & {"edition", "whole"}


def attempt(store: ArchiveStore) -> StoreError | None:
    """Publish a correction; return the error it ends with."""
    try:
        publish_page(store, b"as corrected", REASON)
    except StoreError as error:
        return error
    return None


@pytest.mark.parametrize("kind", FAR)
def test_a_server_that_goes_in_the_middle_of_a_transfer_is_one_line(
    kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "_RETRIES", 0)
    with behind(request, kind) as (near, far, wire):
        store = near.open()
        publish_page(store, b"as first printed", "")
        before = {name: store.read(name) for name in store.names("")}
        seen = set()
        wire.last = 2
        while True:
            wire.seen = 0
            error = attempt(far.open())
            if error is None:
                break
            assert "does not answer" in error.message
            assert error.hint
            assert "\n" not in error.message
            seen.add(look(store, before))
            publish_page(store, b"as corrected", REASON)
            assert look(store, before) == "whole"
            store.remove(f"{DAY}/r2")
            near.spoil("ledger/000002.json", None)
            wire.last += 7 if kind == "s3" else 43
        assert "none" in seen


@pytest.mark.parametrize(("kind", "last"), [("s3", 12), ("sftp", 60)])
def test_a_command_whose_server_goes_ends_with_one_line_and_runs_again(
    kind: str,
    last: int,
    request: pytest.FixtureRequest,
    desk: Desk,
    reports: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bucket, "_RETRIES", 0)
    with behind(request, kind) as (near, far, wire):
        run = ("publish", "--as-of", DAY, "--output", desk.output, "--archive", far.url)
        wire.last = last
        said = reports(*run)
        assert (said.status, said.out, said.err.count("\n")) == (5, "", 1)
        assert "does not answer" in said.err
        store = near.open()
        assert (store.folders(""), store.folders(DAY), entries(store)) == ((), (), ())
        wire.last = None
        assert reports(*run).status == 0
        assert verify(store).problems == ()
        assert store.folders(DAY) == ("r1",)


def test_an_sftp_server_that_is_killed_in_the_middle_of_a_transfer(
    on_sftp: Callable[..., Place], sftp: Sshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire(sftp.port)
    with wire.listening() as port:
        far = on_sftp(port)
        near = replace(far, url=far.url.replace(f":{port}/", f":{sftp.port}/"))
        publish_page(near.open(), b"as first printed", "")
        before = {name: near.open().read(name) for name in near.open().names("")}
        for last in (30, 60):
            wire.seen, wire.last, wire.stop = 0, last, sftp.kill
            wire.stopped.clear()
            with pytest.raises(StoreError, match="does not answer"):
                publish_page(far.open(), b"as corrected", REASON)
            assert wire.stopped.wait(20)
            sftp.start()
            assert look(near.open(), before) == "none"
        publish_page(near.open(), b"as corrected", REASON)
        assert look(near.open(), before) == "whole"
