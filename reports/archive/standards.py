"""The gate of the standards: veraPDF validates every PDF of a draft, where it is installed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from reports.archive.editions import manifest_of, revisions
from reports.archive.manifest import Validation
from reports.archive.store import ArchiveStore
from reports.digest import sha256
from reports.errors import RenderError
from reports.verapdf import PROFILES, Verdict, is_installed, validator, version


def validated(store: ArchiveStore, day: date, pdfs: Mapping[str, bytes]) -> Validation | None:
    """Validate the PDFs of a day by name; return with what, None where no validator is installed.

    A PDF of the newest revision is not validated by the same validator again. Raise RenderError
    for a PDF that does not keep the standards.
    """
    if not is_installed():
        return None
    validation = Validation("veraPDF", version(), tuple(sorted(PROFILES)))
    known = _known(store, day, validation)
    new = {name: pdf for name, pdf in pdfs.items() if known.get(name) != sha256(pdf)}
    if new and (broken := [each for each in _verdicts(new) if not each[2].compliant]):
        raise _refused(broken)
    return validation


def _known(store: ArchiveStore, day: date, validation: Validation) -> dict[str, str]:
    """Return the sha256 of each file of the newest revision, if it was validated in that way."""
    standing = revisions(store, day)
    newest = manifest_of(store, standing[-1]) if standing else None
    return newest.seals if newest and newest.validation == validation else {}


def _verdicts(pdfs: Mapping[str, bytes]) -> Iterator[tuple[str, str, Verdict]]:
    """Yield name, standard and verdict of each PDF; each profile has a process, all at once."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        asked = {profile: stack.enter_context(validator()) for profile in PROFILES}
        for name, pdf in pdfs.items():
            (folder / name).write_bytes(pdf)
            for profile, each in asked.items():
                each.ask(folder / name, profile)
        for name in pdfs:
            for profile, each in asked.items():
                yield name, PROFILES[profile], each.answer()


def _refused(broken: Sequence[tuple[str, str, Verdict]]) -> RenderError:
    """Return the error that names a broken rule of each file and standard, by its clause."""
    told: dict[str, list[str]] = {}
    for name, standard, verdict in broken:
        more = len(verdict.failures) - 1
        rule = f"{standard}, clause {verdict.failures[0]}" + (f", and {more} more" * bool(more))
        told.setdefault(name, []).append(rule)
    said = (f"{name} does not keep {'; nor '.join(rules)}" for name, rules in told.items())
    hint = "mend the template or the code that writes it; nothing was published"
    return RenderError("; ".join(said), hint)
