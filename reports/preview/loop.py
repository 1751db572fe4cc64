"""Build at each change: the web page at once, then all forms behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock, Thread

from reports import digest, pipeline
from reports.errors import RenderError, ReportsError
from reports.pipeline import BuildRequest
from reports.preview.stem import Job, Outcome, Stem

Hear = Callable[[Outcome], object]
"""Hears of each build; never of one that a later change has overtaken."""

_TRIES = 50


class Loop:
    """Follows the inputs of an edition; what `hear` is told comes from one thread at a time."""

    def __init__(self, stem: Stem, request: BuildRequest, hear: Hear) -> None:
        self._stem, self._request, self._hear = stem, request, hear
        self._program = digest.program_digest()
        self._seen: str | None = None
        self._behind: Job | None = None
        self._turn = Lock()

    def run(self, changes: Iterable[None]) -> None:
        """Build now and after each change; end with the changes, or once the program has changed.

        Raise RenderError in the latter case: what runs is no longer what lies on the disk.
        """
        self._follow()
        for _ in changes:
            if digest.program_digest() != self._program:
                raise RenderError("the program or a library has changed", "start the command again")
            self._follow()

    def _follow(self) -> None:
        """Build until what was built is made from what lies there now.

        A build under way may have read what was changed and then changed back: it is begun anew.
        """
        for _ in range(_TRIES):
            if self._inputs() == self._seen and not self._overtake():
                return
            self._overtake()
            job = self._stem.start(self._request)
            outcome = self._outcome(job)
            self._seen = outcome.inputs
            self._hear(outcome)
            if not outcome.fault and not outcome.complete:
                self._behind = job
                Thread(target=self._wait, args=(job,), daemon=True).start()
                return

    def _inputs(self) -> str:
        try:
            return pipeline.inputs_digest(self._request.data)
        except ReportsError:
            return pipeline.UNKNOWN  # The build says why.

    def _wait(self, job: Job) -> None:
        outcome = self._outcome(job)
        with self._turn:
            if self._behind is job:
                self._behind = None
                self._hear(outcome)

    def _overtake(self) -> bool:
        """Stop a build that is under way; tell whether there was one."""
        with self._turn:
            job, self._behind = self._behind, None
        if job:
            job.stop()
        return job is not None

    def _outcome(self, job: Job) -> Outcome:
        killed = RenderError("the process that builds was killed", "it may lack memory")
        return job.outcome() or Outcome(inputs=self._inputs(), fault=killed)
