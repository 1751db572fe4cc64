"""Build a published edition again and hold it against what was published, byte by byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from reports import digest, drafts, pipeline
from reports.archive.manifest import Manifest, Origin
from reports.archive.publishing import VARIANT_FORMATS, variants_of, with_rows
from reports.archive.versions import library_versions, system_versions
from reports.config import FORMATS
from reports.digest import sha256
from reports.errors import RenderError
from reports.pipeline import BuildRequest, Tell
from reports.resources import templates_dir


@dataclass(frozen=True)
class Rebuilt:
    """A published edition and another one from what is at hand."""

    manifest: Manifest
    differing: tuple[str, ...]
    """The files whose bytes differ, or that only one of the two has."""
    changed: tuple[str, ...]
    """What the two were made from or with and is not the same: "dataset", "weasyprint 69 → 70"."""


def rebuild(
    manifest: Manifest, data: Path, *, processes: bool, tell: Tell | None = None
) -> Rebuilt:
    """Build the edition of a manifest from the dataset at hand, in memory; nothing is written.

    Raise what a build raises.
    """
    day = manifest.revision.as_of
    request = BuildRequest(data, Path(), day, FORMATS, processes=processes)
    try:
        inputs = digest.input_digests(data, templates_dir())
        built, made = pipeline.make(request, tell)
        contents = {drafts.file_name(form, day): content for form, content in made.items()}
        if variants := variants_of(manifest):
            for other, forms in pipeline.make_variants(
                replace(request, formats=VARIANT_FORMATS), variants, tell
            ):
                named = ((other.files[form], content) for form, content in forms.items())
                contents |= dict(named)
        contents, _, _ = with_rows(data, day, contents)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "see that the dataset may be read and TMPDIR written"
        raise RenderError(f"the edition of {day} cannot be built again: {reason}", hint) from error
    now = {name: sha256(content) for name, content in contents.items()}
    origin = Origin(inputs, built.parts, system_versions(), library_versions())
    return Rebuilt(
        manifest,
        tuple(name for name, _, _ in _unequal(manifest.seals, now)),
        tuple(_changes(manifest.origin, origin)),
    )


def _changes(then: Origin, now: Origin) -> Iterator[str]:
    """Yield what has changed: digests by their names, libraries with both versions."""
    yield from (name for name, _, _ in _unequal(then.inputs, now.inputs))
    yield from (name for name, _, _ in _unequal(then.parts, now.parts))
    for before, after in ((then.versions, now.versions), (then.libraries, now.libraries)):
        for name, old, new in _unequal(before, after):
            yield f"{name} {old or 'absent'} → {new or 'absent'}"


def _unequal(
    then: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[tuple[str, str | None, str | None]]:
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield name, then.get(name), now.get(name)
