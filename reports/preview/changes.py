"""Word of each change in folders, from the system; what has changed is for digests to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from reports.errors import UsageError

_DEBOUNCE_MS = 400
"""The longest that changes which follow each other closely are waited for."""
_STEP_MS = 30
"""How long nothing must happen for the changes to be over."""
_ASK_MS = 200
"""How often it is asked whether to stop."""


def require_watcher() -> None:
    """Raise UsageError where the package that watches folders is not installed."""
    try:
        import watchfiles  # noqa: F401
    except ImportError as error:
        raise UsageError(
            "watching needs the package watchfiles", "pip install 'trade-reports[preview]'"
        ) from error


def changes(folders: Sequence[Path], stop: Event) -> Iterator[None]:
    """Yield once for each burst of changes below the folders, until `stop` is set.

    Hidden files and Python's own caches do not count, as they do not in the digest of the inputs.
    Raise KeyboardInterrupt at an interrupt.
    """
    from watchfiles import watch

    bases = [folder.absolute() for folder in folders]
    missed = True  # What happened before the watch began: one round finds out.
    for found in watch(
        *folders,
        watch_filter=lambda _change, path: _counts(Path(path), bases),
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        stop_event=stop,
        rust_timeout=_ASK_MS,
        yield_on_timeout=True,
    ):
        if found or missed:
            missed = False
            yield


def _counts(path: Path, bases: Sequence[Path]) -> bool:
    inside = next((path.relative_to(base) for base in bases if path.is_relative_to(base)), path)
    return not any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
