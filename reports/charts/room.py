"""Find room for labels: the first place that neither clips nor covers anything."""

from __future__ import annotations

from collections.abc import Iterable

from reports.charts.scene import Box, Frame, Label


class Room:
    """A piece of paper and what is taken on it; everything asks here before it is set."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._paper = Box(0.0, 0.0, frame.width, frame.height)
        self._gap = 0.18 * frame.em
        self._taken: list[Box] = []

    def fork(self) -> Room:
        """Return a copy on which to try something."""
        copy = Room(self._frame)
        copy.take(*self._taken)
        return copy

    def adopt(self, trial: Room) -> None:
        """Take what a copy has taken."""
        self._taken = trial._taken

    def take(self, *boxes: Box) -> None:
        """Mark boxes as taken."""
        self._taken.extend(boxes)

    def free(self, box: Box, gap: float | None = None, besides: tuple[Box, ...] = ()) -> bool:
        """Tell whether a box lies on the paper and nothing comes nearer to it than the gap.

        What is taken `besides` is no hindrance.
        """
        paper = self._paper
        if box.left < paper.left - 0.01 or box.right > paper.right + 0.01:
            return False
        if box.top < paper.top - 0.01 or box.bottom > paper.bottom + 0.01:
            return False
        grown = box.grown(self._gap if gap is None else gap)
        return not any(grown.meets(other) and other not in besides for other in self._taken)

    def place(self, candidates: Iterable[tuple[Label, ...]]) -> tuple[Label, ...]:
        """Set the first candidate that finds room and return it; return nothing if none does."""
        for labels in candidates:
            if all(self.free(label.box) for label in labels):
                self.take(*(label.box for label in labels))
                return labels
        return ()
