"""The gate of the standards: veraPDF validates the PDF of a draft, where it is installed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from reports.archive.editions import manifest_of, revisions
from reports.archive.manifest import Validation
from reports.archive.store import ArchiveStore
from reports.digest import sha256
from reports.drafts import file_name
from reports.errors import RenderError
from reports.verapdf import PROFILES, Verdict, is_installed, validator, version


def validated(store: ArchiveStore, day: date, pdf: bytes) -> Validation | None:
    """Validate the PDF of a day; return with what, None where no validator is installed.

    The PDF of the newest revision is not validated by the same validator again. Raise RenderError
    for a PDF that does not keep the standards.
    """
    if not is_installed():
        return None
    validation = Validation("veraPDF", version(), tuple(sorted(PROFILES)))
    if not _is_known(store, day, pdf, validation):
        broken = {name: verdict for name, verdict in _verdicts(day, pdf) if not verdict.compliant}
        if broken:
            raise _refused(day, broken)
    return validation


def _is_known(store: ArchiveStore, day: date, pdf: bytes, validation: Validation) -> bool:
    standing = revisions(store, day)
    if not standing:
        return False
    newest = manifest_of(store, standing[-1])
    seal = newest.seals.get(file_name("pdf", day))
    return newest.validation == validation and seal == sha256(pdf)


def _verdicts(day: date, pdf: bytes) -> Iterator[tuple[str, Verdict]]:
    """Yield the verdict under each profile, each from a process of its own at the same time."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        path = folder / file_name("pdf", day)
        path.write_bytes(pdf)
        asked = {profile: stack.enter_context(validator()) for profile in PROFILES}
        for profile, each in asked.items():
            each.ask(path, profile)
        for profile, each in asked.items():
            yield PROFILES[profile], each.answer()


def _refused(day: date, broken: dict[str, Verdict]) -> RenderError:
    """Return the error that names a broken rule of each standard, by its clause."""
    told = []
    for name, verdict in broken.items():
        more = len(verdict.failures) - 1
        told.append(f"{name}, clause {verdict.failures[0]}" + (f", and {more} more" * bool(more)))
    hint = "mend the template or the code that writes it; nothing was published"
    return RenderError(f"{file_name('pdf', day)} does not keep {'; nor '.join(told)}", hint)
