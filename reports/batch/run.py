"""The run of a batch: what is missing goes out to workers, what comes back is written here.

Any `concurrent.futures.Executor` will do. Only as many editions are under way as keep its workers
busy, so that a batch of any length needs little memory. A worker that dies costs a retry: the
editions that were under way then are made again, and one that was there each time fails alone.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path

from reports import digest, drafts, files
from reports.batch.outcomes import Built, EditionRequest, Failed, Outcome, Unchanged
from reports.batch.pools import Pool
from reports.batch.worker import Answer, Inputs, Job, Stopped, Unfit, inputs_of, work
from reports.errors import unreadable

MOST_DEATHS = 3
"""An edition whose workers died so often is given up, the last time with no other beside it."""
_AHEAD = 2
"""As many editions wait or run for each worker."""
_LOST = Stopped(
    "its worker died each time it was made",
    "see that a worker has memory enough, and whether `reports build` makes it",
)


@dataclass(frozen=True)
class BatchRequest:
    """Which editions to make, from where to where."""

    data: Path
    output: Path
    editions: tuple[EditionRequest, ...]
    strict: bool = False
    """Take a warning for a failure of its edition."""


def run_batch(batch: BatchRequest, start: Callable[[], Pool]) -> Generator[Outcome, None, None]:
    """Make the editions that are missing, and yield what became of each as it is known.

    `start` starts the workers; it is not called where nothing is missing.

    Raise ReportsError where no edition could be made: a dataset that is wrong, a worker with other
    code, an output that cannot be written. Closing the generator stops the work.
    """
    files.require_writable(batch.output)
    try:
        inputs = inputs_of(batch.data)
    except OSError as error:
        raise unreadable(error) from error
    missing = []
    for request in batch.editions:
        found = _standing(batch, request, inputs)
        if found is None:
            missing.append(Job(batch.data.absolute(), request, inputs))
        else:
            yield found
    if missing:
        for job, answer in _answers(missing, start()):
            yield _written(batch, job, answer)


def _standing(batch: BatchRequest, request: EditionRequest, inputs: Inputs) -> Outcome | None:
    """Return what an earlier run has made of an edition, if it stands as it would be made."""
    built = drafts.find(batch.output, request.as_of, request.formats, inputs.seal, request.variant)
    if built is None or not digest.files_are_intact(batch.data, built.parts):
        return None
    if batch.strict and built.warnings:
        return _warned(request, built)
    return Unchanged(request, tuple(built.paths.values()))


def _written(batch: BatchRequest, job: Job, answer: Answer) -> Outcome:
    """Write an edition that a worker has made."""
    if isinstance(answer, Unfit):
        raise answer.error
    if isinstance(answer, Stopped):
        return Failed(job.request, answer.reason, answer.hint, answer.trace)
    built = replace(answer.built, folder=drafts.folder(batch.output, job.request.as_of))
    if batch.strict and built.warnings:
        return _warned(job.request, built)
    drafts.save(built, answer.contents, job.request.formats, job.inputs.seal)
    return Built(
        job.request,
        tuple(built.paths.values()),
        sum(len(content) for content in answer.contents.values()),
        answer.seconds,
        built.warnings,
    )


def _warned(request: EditionRequest, built: drafts.Built) -> Failed:
    return Failed(request, "; ".join(built.warnings), "build without --strict to see the pages")


def _answers(jobs: Sequence[Job], pool: Pool) -> Iterator[tuple[Job, Answer]]:
    """Yield the answer to each job, in the order in which they come."""
    waiting, suspects = deque(jobs), deque[Job]()
    deaths: Counter[EditionRequest] = Counter()
    under_way: dict[Future[Answer], Job] = {}
    sent = 0
    try:
        while waiting or suspects or under_way:
            before = len(under_way)
            room = min(_AHEAD * pool.width(), pool.lifetime() - sent + before)
            lost = _send(waiting, suspects, under_way, pool.executor, room)
            sent += len(under_way) - before
            if not (under_way or lost):  # The workers are at their age, and all is answered.
                pool.renew()
                sent = 0
                continue
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in [each for each in under_way if each in done]:
                job = under_way.pop(future)
                if (answer := _result(future)) is None:
                    lost.append(job)
                else:
                    yield job, answer
            if lost:
                yield from _recovered(under_way, lost)
                pool.renew()
                sent = 0
                yield from _again(lost, deaths, waiting, suspects)
    finally:
        pool.stop(under_way)


def _send(
    waiting: deque[Job],
    suspects: deque[Job],
    under_way: dict[Future[Answer], Job],
    executor: Executor,
    room: int,
) -> list[Job]:
    """Hand out jobs while there is room, a suspect only alone; return those that no one took."""
    while (waiting or (suspects and not under_way)) and len(under_way) < room:
        job = (waiting or suspects).popleft()
        try:
            under_way[executor.submit(work, job)] = job
        except BrokenExecutor:
            return [job]
    return []


def _result(future: Future[Answer]) -> Answer | None:
    """Return what a worker answered, or None where it died."""
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, BrokenExecutor):
        return None
    # Not the edition's work, which answers whatever happens: the way to the worker and back.
    return Stopped(f"{type(error).__name__}: {' '.join(str(error).split())}")


def _recovered(
    under_way: dict[Future[Answer], Job], lost: list[Job]
) -> Iterator[tuple[Job, Answer]]:
    """Yield what was answered before the workers died; the rest is lost."""
    wait(under_way)  # A broken pool breaks all its futures at once.
    for future, job in under_way.items():
        if (answer := _result(future)) is None:
            lost.append(job)
        else:
            yield job, answer
    under_way.clear()


def _again(
    lost: Sequence[Job],
    deaths: Counter[EditionRequest],
    waiting: deque[Job],
    suspects: deque[Job],
) -> Iterator[tuple[Job, Answer]]:
    """Let what was lost be made again, at the end and alone if that was in vain before."""
    for job in reversed(lost):
        deaths[job.request] += 1
        if deaths[job.request] >= MOST_DEATHS:
            yield job, _LOST
        elif deaths[job.request] == MOST_DEATHS - 1:
            suspects.append(job)
        else:
            waiting.appendleft(job)
