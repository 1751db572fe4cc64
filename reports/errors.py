"""The error tree: every error a user can meet has a message, a hint and an exit status."""

from __future__ import annotations

from dataclasses import dataclass


class ReportsError(Exception):
    """Stop a command with one clear line, a hint and a documented exit status."""

    exit_status = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ReportsError):
    """The command line or a setting is wrong."""

    exit_status = 2


class DataError(ReportsError):
    """The dataset is wrong; `problems` holds every fault that was found, not only the first."""

    exit_status = 3

    def __init__(
        self,
        message: str,
        hint: str = "",
        problems: tuple[Problem, ...] = (),
        *,
        told: bool = False,
    ) -> None:
        super().__init__(message, hint)
        self.problems = problems
        self.told = told
        """Whoever raised it has printed the problems already."""


class StrictError(ReportsError):
    """The dataset has warnings, and is asked to have none; `problems` holds them."""

    def __init__(self, message: str, hint: str = "", problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message, hint)
        self.problems = problems


class RenderError(ReportsError):
    """An edition could not be rendered, drawn, laid out or written."""

    exit_status = 4


class ArchiveError(ReportsError):
    """The archive is damaged or cannot be written; `problems` holds every damage that was found."""

    exit_status = 5

    def __init__(self, message: str, hint: str = "", problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message, hint)
        self.problems = problems


class StoreError(ReportsError):
    """The server of the archive cannot be reached or refuses; this says nothing of the editions."""

    exit_status = 5


class DeliveryError(ReportsError):
    """A message could not be made of an edition, or not be handed over."""

    exit_status = 6


def reason_of(error: OSError) -> str:
    """Return the words of the system for what went wrong."""
    return (error.strerror or str(error)).lower()


def unreadable(error: OSError) -> DataError:
    """Return the error of a command for a file or folder that cannot be read."""
    message = f"{error.filename} cannot be read: {reason_of(error)}"
    return DataError(message, "see that it is there and may be read")


@dataclass(frozen=True)
class Problem:
    """One fault in the dataset: where it is, what is wrong and what would be right."""

    file: str
    line: int | None
    column: str
    message: str
    value: str = ""
    expected: str = ""
    severity: str = "error"
    """"error", or "warning" for what a build can live with."""

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line else "")
        place += f" [{self.column}]" if self.column else ""
        shown = f" (found {self.value!r})" if self.value else ""
        cure = f"; expected {self.expected}" if self.expected else ""
        return f"{place}: {self.message}{shown}{cure}"
