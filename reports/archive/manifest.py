"""What an edition is made of: every file with its sha256, from what, with what, when, by whom."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files as resource_files
from pathlib import PurePosixPath
from typing import Any

from reports.digest import sha256

SCHEMA = "manifest/1"
"""The version of the format; `reports/schemas/manifest-1.json` describes it."""
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
"""The same hashes in the form that `sha256sum -c` reads, the manifest's among them."""

_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".zip": "application/zip",
    ".txt": "text/plain",
}


@dataclass(frozen=True, order=True)
class Revision:
    """An edition of the archive: its day and the number of its revision, from 1."""

    as_of: date
    number: int

    def __str__(self) -> str:
        return f"{self.as_of.isoformat()}/r{self.number}"


@dataclass(frozen=True)
class Sealed:
    """A file of an edition as the manifest knows it."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Origin:
    """What an edition was made from and with."""

    inputs: Mapping[str, str]
    """The sha256 of the dataset, the templates, the fonts and the code."""
    parts: Mapping[str, str]
    """The sha256 of each Parquet file of the dataset that the edition rests on."""
    versions: Mapping[str, str]
    """Of Python, Pango and HarfBuzz."""
    libraries: Mapping[str, str]
    """The version of every Python package that a build may import."""


@dataclass(frozen=True)
class Validation:
    """What validated every PDF of an edition, and against which standards."""

    validator: str
    version: str
    profiles: tuple[str, ...]


@dataclass(frozen=True)
class Act:
    """Who published an edition, when (UTC) and why."""

    at: str
    by: str
    reason: str


@dataclass(frozen=True)
class Manifest:
    """A revision of an edition, described."""

    briefing: str
    revision: Revision
    headline: str
    act: Act
    previous: str | None
    """The sha256 of the manifest of the revision before; None for the first."""
    origin: Origin
    validation: Validation | None
    """None where no validator was installed."""
    files: tuple[Sealed, ...]

    @property
    def seals(self) -> dict[str, str]:
        """Return the sha256 of each file."""
        return {file.name: file.sha256 for file in self.files}


def sealed(contents: Mapping[str, bytes]) -> tuple[Sealed, ...]:
    """Return the seals of files, by name."""
    return tuple(
        Sealed(name, _MEDIA_TYPES[PurePosixPath(name).suffix], len(content), sha256(content))
        for name, content in sorted(contents.items())
    )


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return a manifest as canonical JSON."""
    return json_bytes(
        {
            "schema": SCHEMA,
            "edition": {
                "briefing": manifest.briefing,
                "as_of": manifest.revision.as_of.isoformat(),
                "revision": manifest.revision.number,
                "headline": manifest.headline,
            },
            "published": vars(manifest.act),
            "previous": manifest.previous,
            "inputs": {**manifest.origin.inputs, "parts": dict(manifest.origin.parts)},
            "versions": {**manifest.origin.versions, "libraries": dict(manifest.origin.libraries)},
            "validated": manifest.validation and vars(manifest.validation),
            "files": [vars(file) for file in manifest.files],
        }
    )


def read_manifest(content: bytes) -> Manifest:
    """Return what `manifest_bytes` wrote; raise ValueError for anything else."""
    try:
        found = json.loads(content)
        edition, inputs, versions = found["edition"], found["inputs"], found["versions"]
        validated = found["validated"]
        manifest = Manifest(
            briefing=edition["briefing"],
            revision=Revision(date.fromisoformat(edition["as_of"]), edition["revision"]),
            headline=edition["headline"],
            act=Act(**found["published"]),
            previous=found["previous"],
            origin=Origin(
                inputs={name: seal for name, seal in inputs.items() if name != "parts"},
                parts=inputs["parts"],
                versions={name: text for name, text in versions.items() if name != "libraries"},
                libraries=versions["libraries"],
            ),
            validation=validated
            and Validation(**{**validated, "profiles": tuple(validated["profiles"])}),
            files=tuple(Sealed(**file) for file in found["files"]),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"is no {SCHEMA}: {error}") from error
    if manifest_bytes(manifest) != content:
        raise ValueError(f"is not written as a {SCHEMA} is")
    return manifest


def schema_faults(content: bytes) -> list[str]:
    """Return what the JSON Schema finds wrong with a manifest, as `place: message`."""
    try:
        document = json.loads(content)
    except ValueError as error:
        return [f"its start: is no JSON: {error}"]
    errors = _validator().iter_errors(document)
    return sorted(f"{error.json_path}: {error.message[:200]}" for error in errors)


@cache
def _validator() -> Any:
    # Imported here: only `verify` needs it, and it takes longer than reading a year of editions.
    from jsonschema import Draft202012Validator

    schema = resource_files("reports") / "schemas" / "manifest-1.json"
    return Draft202012Validator(json.loads(schema.read_text("utf-8")))


def sums(manifest: Manifest, content: bytes) -> bytes:
    """Return SHA256SUMS for the files of a manifest and for its own bytes."""
    seals = manifest.seals | {MANIFEST: sha256(content)}
    return "".join(f"{seal}  {name}\n" for name, seal in sorted(seals.items())).encode()


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """Return a value as canonical JSON: sorted, indented by one, UTF-8, with a last line feed."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
