"""The folder of drafts: where the files of an edition lie, and what they were made from.

`draft/<date>/.build.json` records the inputs and the sha256 of each file, so that a later build
can tell that it has nothing to do; `draft/.newest.json` does so for the default date. A variant has
a record of its own, `.build-flash.json`, and its name in the names of its files.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from reports import digest, files
from reports.errors import RenderError
from reports.variants import FULL

NAME = "us-china-trade-briefing"
ALWAYS = ("edition", "facts")
"""The forms that every build makes."""
_NEWEST = ".newest.json"


@dataclass(frozen=True)
class Built:
    """What a build has made, or found unchanged."""

    as_of: date
    newest_day: date
    """The newest day on which the dataset learned something."""
    folder: Path
    files: Mapping[str, str]
    """The file name of each form: edition, facts, html, pdf, png/<chart> and email/<file>."""
    pages: int | None
    """The pages of the PDF with its annex, if one was asked for."""
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    timings: Mapping[str, float]
    """Seconds of each stage in their order; empty if nothing had to be built."""
    unchanged: bool = False
    annex_pages: int = 0
    """How many of the pages hold the annex alone."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """The sha256 of each Parquet file of the dataset that the edition rests on."""
    variant: str = FULL

    @property
    def paths(self) -> dict[str, Path]:
        """Return the path of each form."""
        return {form: self.folder / name for form, name in self.files.items()}


def folder(output: Path, day: date) -> Path:
    """Return the folder of the draft of a day."""
    return output / "draft" / day.isoformat()


def charts_folder(output: Path) -> Path:
    """Return the folder where drawn charts are kept for later builds."""
    return output / ".cache"


def file_name(form: str, day: date, variant: str = FULL) -> str:
    """Return the name of a form's file in the folder of its draft."""
    kind, _, chart = form.partition("/")
    made_for = "" if variant == FULL else f"-{variant}"
    if form in ALWAYS:
        return f"{form}{made_for}.json"
    if kind == "email":
        return f"email{made_for}/{chart}"
    if chart:
        return f"charts{made_for}/{chart}.png"
    return f"{NAME}{made_for}-{day.isoformat()}.{kind}"


def _record_name(variant: str) -> str:
    return ".build.json" if variant == FULL else f".build-{variant}.json"


def old(output: Path, before: date) -> tuple[date, ...]:
    """Return the days before another one of which drafts lie in a folder for output, in order."""
    place = output / "draft"
    found = []
    for path in place.iterdir() if place.is_dir() else ():
        with suppress(ValueError):
            day = date.fromisoformat(path.name)
            own = path == folder(output, day) and path.is_dir() and not path.is_symlink()
            if own and day < before:
                found.append(day)
    return tuple(sorted(found))


def remove(output: Path, day: date) -> tuple[str, ...]:
    """Remove the draft of a day; return what stays there, which no build has made.

    The records go last, so that a run that dies is ended by the next. Raise RenderError where a
    file cannot be removed.
    """
    place = folder(output, day)
    records = sorted(place.glob(".build*.json"))
    files_of = (digest.read_record(path).get("files", {}).values() for path in records)
    try:
        own = [place / name for names in files_of for name in names]
        own += place.rglob(".*.part")  # Of builds that were killed.
        for path in own:
            if path.parent.resolve().is_relative_to(place.resolve()):
                path.unlink(missing_ok=True)
        below = [path for path in place.rglob("*") if path.is_dir() and not path.is_symlink()]
        for path in sorted(below, reverse=True):
            with suppress(OSError):
                path.rmdir()  # Only an empty one goes.
        left = {str(path.relative_to(place)) for path in {*place.rglob("*")} - {*records}}
        if not left:
            for path in records:
                path.unlink(missing_ok=True)
            place.rmdir()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"{error.filename or place} cannot be removed: {reason}"
        raise RenderError(message, "see that the folder may be written") from error
    return tuple(sorted(left))


def find(
    output: Path,
    as_of: date | None,
    formats: tuple[str, ...],
    inputs: str,
    variant: str = FULL,
) -> Built | None:
    """Return the earlier build of the same inputs, if its files are still as they were written."""
    if as_of is None:
        newest = digest.read_record(output / "draft" / _NEWEST)
        if newest.get("inputs") != inputs:
            return None
        as_of = date.fromisoformat(newest["day"])
    place = folder(output, as_of)
    record = digest.read_record(place / _record_name(variant))
    if record.get("inputs") != inputs or not set(formats) <= set(record["formats"]):
        return None
    wanted = {form: name for form, name in record["files"].items() if _belongs(form, formats)}
    seals = {name: record["sha256"][name] for name in wanted.values()}
    if not digest.files_are_intact(place, seals):
        return None
    return Built(
        as_of=as_of,
        newest_day=date.fromisoformat(record["newest_day"]),
        folder=place,
        files=wanted,
        pages=record["pages"] if "pdf" in formats else None,
        notes=tuple(record["notes"]),
        warnings=tuple(record["warnings"]),
        timings={},
        unchanged=True,
        annex_pages=record["annex_pages"] if "pdf" in formats else 0,
        parts=record["parts"],
        variant=variant,
    )


def save(
    built: Built, contents: Mapping[str, bytes], formats: tuple[str, ...], inputs: str
) -> None:
    """Write the files of a build by form, all or none, and the records of what they are.

    Forms and variants that an earlier build made from other inputs are removed: an HTML page never
    lies beside the PDF of other data.
    """
    named = {built.files[form]: content for form, content in contents.items()}
    record = _record(built, named, formats, inputs)
    own = _record_name(built.variant)
    earlier = digest.read_record(built.folder / own)
    if earlier.get("inputs") == inputs:
        record = _merged(earlier, record)
    files.write_together(built.folder, named | {own: digest.record_bytes(record)})
    _remove(built.folder, set(earlier.get("files", {}).values()) - set(record["files"].values()))
    for path in sorted(built.folder.glob(".build*.json")):
        other = digest.read_record(path)
        if path.name != own and other.get("inputs") != inputs:
            _remove(built.folder, {*other.get("files", {}).values(), path.name})
    newest = {"inputs": inputs, "day": built.newest_day.isoformat()}
    files.write_together(built.folder.parent, {_NEWEST: digest.record_bytes(newest)})


def _remove(folder: Path, names: set[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)


def contents(built: Built) -> dict[str, bytes]:
    """Return the files of a draft by name; raise RenderError where they are no longer its own."""
    seals = digest.read_record(built.folder / _record_name(built.variant)).get("sha256", {})
    found: dict[str, bytes] = {}
    for name in built.files.values():
        try:
            found[name] = (built.folder / name).read_bytes()
        except OSError as error:
            raise _replaced(built) from error
        if seals.get(name) != digest.sha256(found[name]):
            raise _replaced(built)
    return found


def _replaced(built: Built) -> RenderError:
    message = f"the files in {built.folder} are not those that were built"
    return RenderError(message, "another build may have replaced them: try again")


def _belongs(form: str, formats: tuple[str, ...]) -> bool:
    return form in ALWAYS or form.partition("/")[0] in formats


def _record(
    built: Built, named: Mapping[str, bytes], formats: tuple[str, ...], inputs: str
) -> dict[str, Any]:
    return {
        "inputs": inputs,
        "newest_day": built.newest_day.isoformat(),
        "formats": list(formats),
        "files": dict(built.files),
        "sha256": {name: digest.sha256(content) for name, content in named.items()},
        "pages": built.pages,
        "annex_pages": built.annex_pages,
        "parts": dict(built.parts),
        "notes": list(built.notes),
        "warnings": list(built.warnings),
    }


def _merged(earlier: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """Add the forms that an earlier build of the same inputs has made."""
    joined = {key: {**earlier[key], **record[key]} for key in ("files", "sha256")}
    both = sorted({*earlier["formats"], *record["formats"]})
    said = [*earlier["warnings"], *record["warnings"]]
    pages = {key: record[key] or earlier[key] for key in ("pages", "annex_pages")}
    warnings = list(dict.fromkeys(said))
    return record | joined | pages | {"formats": both, "warnings": warnings}
