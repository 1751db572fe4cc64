"""The loop of a batch: what is missing, what fails, what is lost with a worker, what is refused."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor, Executor, Future
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reports import drafts
from reports.batch import (
    BatchRequest,
    Built,
    EditionRequest,
    Failed,
    Unchanged,
    days_between,
    run_batch,
)
from reports.batch import run as loop
from reports.batch.worker import Answer, Done, Inputs, Job, Stopped, Unfit, work
from reports.errors import DataError, ReportsError
from tests.conftest import ROOT

DAYS = tuple(days_between(date(2025, 6, 2), date(2025, 7, 28), "week"))


class Bench(Executor):
    """Works at once, in this process; breaks as a pool does when one of its workers dies."""

    def __init__(self, answer: Callable[[Job], Answer | None]) -> None:
        self.answer = answer
        self.broken = False

    def submit(self, _call: Any, job: Job) -> Future[Answer]:  # type: ignore[override]
        future: Future[Answer] = Future()
        if self.broken:
            raise BrokenExecutor("a worker died")
        answer = self.answer(job)
        if answer is None:
            self.broken = True
            future.set_exception(BrokenExecutor("a worker died"))
        else:
            future.set_result(answer)
        return future


class Benches:
    """A pool of such workers that counts what is asked of it."""

    def __init__(self, answer: Callable[[Job], Answer | None], lifetime: int = sys.maxsize) -> None:
        self.answer = answer
        self.made: Counter[EditionRequest] = Counter()
        self.started = self.stopped = self.left = 0
        self.life = lifetime

    def start(self) -> Benches:
        self.renew()
        return self

    def width(self) -> int:
        return 2

    def lifetime(self) -> int:
        return self.life

    def renew(self) -> None:
        self.started += 1
        self.executor: Executor = Bench(self._answered)

    def stop(self, under_way: Iterable[Future[Any]]) -> None:
        self.left = len(list(under_way))
        self.stopped += 1

    def _answered(self, job: Job) -> Answer | None:
        self.made[job.request] += 1
        return self.answer(job)


def done(job: Job, *warnings: str) -> Done:
    """Return an edition that is the name of its day."""
    day, variant = job.request.as_of, job.request.variant
    names = {f: drafts.file_name(f, day, variant) for f in ("edition", *job.request.formats)}
    built = drafts.Built(
        day, day, Path(), names, None, (), tuple(warnings), {}, parts={}, variant=variant
    )
    return Done(built, dict.fromkeys(names, f"{day}".encode()), 0.5)


@pytest.fixture
def batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BatchRequest:
    """Return a batch of nine editions."""
    monkeypatch.setattr(loop, "inputs_of", lambda data: Inputs("seal", ()))
    editions = tuple(EditionRequest(day, "flash", ("html",)) for day in DAYS)
    return BatchRequest(ROOT / "data", tmp_path, editions)


def test_days_go_by_steps() -> None:
    first = date(2024, 1, 31)
    assert list(days_between(first, date(2024, 4, 30), "month")) == [
        first,
        date(2024, 2, 29),
        date(2024, 3, 31),
        date(2024, 4, 30),
    ]
    assert [day.isoformat() for day in DAYS][:2] == ["2025-06-02", "2025-06-09"]
    assert len(list(days_between(first, date(2024, 2, 2), "day"))) == 3


def test_what_is_missing_is_made_and_a_second_run_makes_nothing(batch: BatchRequest) -> None:
    pool = Benches(done)
    first = sorted(run_batch(batch, pool.start), key=lambda o: o.request.as_of)
    assert [type(outcome) for outcome in first] == [Built] * 9
    assert all(path.read_bytes() for o in first if isinstance(o, Built) for path in o.paths)
    again = list(run_batch(batch, pytest.fail))
    assert again == [Unchanged(o.request, o.paths) for o in first if isinstance(o, Built)]
    first[3].paths[0].unlink()  # type: ignore[union-attr]
    assert Counter(type(o) for o in run_batch(batch, pool.start)) == {Unchanged: 8, Built: 1}
    assert (pool.started, pool.stopped) == (2, 2)


def test_a_failure_never_ends_the_batch(batch: BatchRequest) -> None:
    pool = Benches(lambda job: Stopped("no", "try") if job.request.as_of == DAYS[4] else done(job))
    outcomes = list(run_batch(batch, pool.start))
    assert [o for o in outcomes if isinstance(o, Failed)] == [
        Failed(batch.editions[4], "no", "try")
    ]
    assert sum(isinstance(o, Built) for o in outcomes) == 8


def test_a_worker_that_dies_costs_a_retry(batch: BatchRequest) -> None:
    deaths = [DAYS[2], DAYS[5]]

    def answer(job: Job) -> Answer | None:
        if job.request.as_of in deaths:
            deaths.remove(job.request.as_of)
            return None
        return done(job)

    pool = Benches(answer)
    outcomes = list(run_batch(batch, pool.start))
    assert sorted(o.request.as_of for o in outcomes if isinstance(o, Built)) == list(DAYS)
    assert pool.started == 3


def test_a_poisonous_edition_fails_alone(batch: BatchRequest) -> None:
    pool = Benches(lambda job: None if job.request.as_of == DAYS[2] else done(job))
    outcomes = list(run_batch(batch, pool.start))
    failed = [o for o in outcomes if isinstance(o, Failed)]
    assert [o.request for o in failed] == [batch.editions[2]]
    assert "died each time" in failed[0].reason
    assert sum(isinstance(o, Built) for o in outcomes) == 8
    assert pool.made[batch.editions[2]] == loop.MOST_DEATHS


def test_workers_are_started_anew_at_their_age(batch: BatchRequest) -> None:
    pool = Benches(done, lifetime=4)
    assert len(list(run_batch(batch, pool.start))) == 9
    assert pool.started == 3
    assert set(pool.made.values()) == {1}


def test_workers_are_stopped_when_nobody_listens_any_more(batch: BatchRequest) -> None:
    pool = Benches(done)
    run = run_batch(batch, pool.start)
    next(run)
    run.close()
    assert pool.stopped == 1


def test_a_warning_fails_its_edition_where_it_is_to(batch: BatchRequest) -> None:
    strict = BatchRequest(batch.data, batch.output, batch.editions, strict=True)
    pool = Benches(lambda job: done(job, *(["white"] if job.request.as_of == DAYS[0] else [])))
    assert [type(o) for o in run_batch(batch, pool.start)] == [Built] * 9
    assert Counter(type(o) for o in run_batch(strict, pool.start)) == {Failed: 1, Unchanged: 8}


def test_a_worker_that_can_make_nothing_ends_the_batch(batch: BatchRequest) -> None:
    pool = Benches(lambda job: Unfit(DataError("the dataset has a fault")))
    with pytest.raises(DataError, match="has a fault"):
        list(run_batch(batch, pool.start))
    assert pool.stopped == 1


def test_a_worker_with_other_inputs_refuses() -> None:
    other = Inputs("other", (("code", "x"), ("Python", sys.version)))
    answer = work(Job(ROOT / "data", EditionRequest(DAYS[0], "flash", ("html",)), other))
    assert isinstance(answer, Unfit)
    assert isinstance(answer.error, ReportsError)
    assert "would make other bytes: its code is not the same" in answer.error.message


def test_a_worker_without_the_dataset_says_so(tmp_path: Path) -> None:
    other = Inputs("other", ())
    answer = work(Job(tmp_path / "no", EditionRequest(DAYS[0], "flash", ("html",)), other))
    assert isinstance(answer, Unfit)
    assert "cannot read" in answer.error.message
    assert "under the same path" in answer.error.hint
