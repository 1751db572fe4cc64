"""How long each stage takes, and word of its beginning."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter


class Stopwatch:
    """Time stages that follow each other; `tell` hears the name of each as it begins."""

    def __init__(self, tell: Callable[[str], object] | None = None) -> None:
        self._tell = tell
        self._marks: list[tuple[str, float]] = []

    def begin(self, stage: str) -> None:
        """End the stage under way, if any, and begin the next."""
        self._marks.append((stage, perf_counter()))
        if self._tell:
            self._tell(stage)

    def seconds(self) -> dict[str, float]:
        """Return the seconds of each stage up to now, in their order, and their `total`."""
        ends = [start for _, start in self._marks[1:]] + [perf_counter()]
        spans = {stage: end - start for (stage, start), end in zip(self._marks, ends, strict=True)}
        return spans | {"total": sum(spans.values())}
