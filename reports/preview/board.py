"""What the preview shows at a moment, and the way to wait for the next."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from threading import Condition
from typing import Any, Literal

from reports.digest import sha256
from reports.errors import ReportsError
from reports.preview.stem import Outcome

Behind = Literal["none", "building", "current", "failed"]
"""How the PDF stands to the page: not there, under way, made from the same, impossible."""


@dataclass(frozen=True)
class Shown:
    """The newest page, the PDF and how it stands to that page, and what is wrong now."""

    page: bytes = b""
    pdf: bytes = b""
    pdf_name: str = ""
    behind: Behind = "none"
    fault: ReportsError | None = None
    trace: str = ""

    @property
    def version(self) -> str:
        """Return what another page would not have; empty while there is none."""
        return sha256(self.page) if self.page else ""

    def described(self) -> str:
        """Return as JSON what the script in the page needs to know."""
        return json.dumps(
            {
                "version": self.version,
                "pdf": self.behind,
                "pdf_name": self.pdf_name,
                "fault": self.fault and _described(self.fault, self.trace),
            },
            ensure_ascii=False,
        )


class Board:
    """The state of the preview: one thread changes it, many wait for it."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._count = 0
        self._shown = Shown()

    @property
    def shown(self) -> Shown:
        """Return the present state."""
        with self._changed:
            return self._shown

    def change(self, **values: Any) -> None:
        """Replace members of the state and wake whoever waits."""
        with self._changed:
            self._shown = replace(self._shown, **values)
            self._count += 1
            self._changed.notify_all()

    def hear(self, outcome: Outcome) -> None:
        """Show what a build made, or what was wrong with it and the page before it."""
        if outcome.fault:
            # Where the page was made, it is its PDF that could not be.
            behind = "failed" if self.shown.behind == "building" else self.shown.behind
            self.change(fault=outcome.fault, trace=outcome.trace, behind=behind)
        else:
            self.change(
                page=outcome.page,
                pdf=outcome.pdf,
                pdf_name=outcome.pdf_name,
                behind="current" if outcome.complete else "building",
                fault=None,
                trace="",
            )

    def after(self, count: int, seconds: float) -> tuple[int, Shown] | None:
        """Wait for a state later than that of a count; None if there was none in some seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._count > count, seconds):
                return None
            return self._count, self._shown


def _described(fault: ReportsError, trace: str) -> dict[str, Any]:
    problems = [str(each) for each in getattr(fault, "problems", ()) if each.severity == "error"]
    return {"message": fault.message, "hint": fault.hint, "problems": problems, "trace": trace}
