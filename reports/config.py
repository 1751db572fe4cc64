"""Settings of a project: flags over environment over `reports.toml` over the defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from reports.errors import UsageError
from reports.variants import FLASH, FULL, PARTNERS, expanded

FORMATS = ("email", "html", "pdf", "png")

_FILE = "reports.toml"
_FOLDERS = {"data": "REPORTS_DATA", "output": "REPORTS_OUTPUT"}
_PARALLEL = "REPORTS_PARALLEL"
_ADDRESS = re.compile(r"https?://[^\s\"'<>?#]+")
_KINDS: dict[str, type] = {
    "data": str,
    "output": str,
    "formats": list,
    "strict": bool,
    "parallel": bool,
    "fetch": dict,
    "variants": dict,
    "site": dict,
    "send": dict,
    "archive": dict,
}
_ARCHIVE: dict[str, type] = {
    "url": str,
    "endpoint_url": str,
    "region": str,
    "path_style": bool,
    "ca_file": str,
    "known_hosts": str,
    "timeout": int,
}
"""What `[archive]` may say."""
_ARCHIVE_URL = "REPORTS_ARCHIVE"


@dataclass(frozen=True)
class Settings:
    """Where a build reads and writes, and what it makes."""

    data: Path | None
    """None: the dataset of the working folder, of the checkout or of the package."""
    output: Path
    formats: tuple[str, ...]
    strict: bool
    parallel: bool
    """Build an edition in several processes."""
    fetch: Mapping[str, Any] = field(default_factory=dict)
    """The base address of each provider that is asked elsewhere than at its own."""
    variants: tuple[str, ...] = (FULL,)
    """The editions by reader that are built."""
    published: tuple[str, ...] = (FLASH,)
    """The variants that are frozen beside the full edition."""
    site_url: str = ""
    """Where readers find the archive, with a slash at its end; empty where that is not known."""
    send: Mapping[str, Any] = field(default_factory=dict)
    """The table `[send]` as it stands; `reports.delivery.settings` reads it."""
    archive: Mapping[str, Any] = field(default_factory=dict)
    """`url`, the folder or address of the archive, and how its server is reached."""


def day_of(text: str) -> date:
    """Read a day such as 2025-06-09, in no other form; raise ValueError for anything else."""
    day = date.fromisoformat(text)
    if text != day.isoformat():
        raise ValueError(f"{text!r} is no day such as 2025-06-09")
    return day


def load_settings(
    flags: Mapping[str, Any], environment: Mapping[str, str], folder: Path
) -> Settings:
    """Merge flags (None means not given), environment variables and the folder's `reports.toml`.

    Raise UsageError that names every problem at once.
    """
    values, problems = _read_file(folder / _FILE)
    values |= {key: environment[name] for key, name in _FOLDERS.items() if environment.get(name)}
    if parallel := environment.get(_PARALLEL):
        values["parallel"] = parallel == "1"
        if parallel not in ("0", "1"):
            problems.append(f"{_PARALLEL} should be 0 or 1, not {parallel!r}")
    archive = dict(values.get("archive", {}))
    url = environment.get(_ARCHIVE_URL) if flags.get("archive") is None else flags["archive"]
    archive |= {} if url is None else {"url": url}
    values |= {key: value for key, value in flags.items() if value is not None}
    output = Path(values.get("output", folder / "output"))
    formats = _names(values.get("formats", ("html", "pdf")))
    problems += _format_problems(formats)
    variants, published = _variants(values, problems)
    site_url = _site_url(values.get("site", {}), problems)
    problems += [f"{key} names no folder" for key in _FOLDERS if values.get(key) == ""]
    problems += ["the archive's address is empty"] * (archive.get("url") == "")
    if problems:
        raise UsageError("; ".join(problems), "see `reports build --help` and the README")
    data = values.get("data")
    return Settings(
        data=Path(data) if data else None,
        output=output,
        formats=tuple(name for name in FORMATS if name in formats),
        strict=values.get("strict", False),
        parallel=values.get("parallel", True),
        fetch=values.get("fetch", {}),
        variants=variants,
        published=published,
        site_url=site_url,
        send=values.get("send", {}),
        archive={"url": str(output / "archive"), **archive},
    )


def _read_file(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the settings in a file, its paths made relative to it, and what is wrong with it."""
    if not path.exists():
        return {}, []
    import tomllib

    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (ValueError, OSError) as error:
        return {}, [f"{path.name} cannot be read: {error}"]
    problems = [f"{path.name}: unknown setting {key!r}" for key in found if key not in _KINDS]
    values: dict[str, Any] = {}
    for key, kind in _KINDS.items():
        if key == "archive" and not isinstance(found.get(key, {}), dict):
            problems.append(f"{path.name}: archive should be a table: [archive] with url")
        elif key in found and not isinstance(found[key], kind):
            problems.append(f"{path.name}: {key} should be a {kind.__name__}, not {found[key]!r}")
        elif key in found:
            is_path = key in _FOLDERS and found[key]
            values[key] = path.parent / found[key] if is_path else found[key]
    archive, wrong = _archive(values.get("archive", {}), path.parent)
    return values | {"archive": archive}, [*problems, *(f"{path.name}: {each}" for each in wrong)]


def _archive(found: Mapping[str, Any], folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the settings of the archive, its paths made whole, and what is wrong with them."""
    problems = [f"unknown setting 'archive.{key}'" for key in found if key not in _ARCHIVE]
    # What was found is not repeated: it may be an address with a password.
    problems += [
        f"archive.{key} should be a {kind.__name__}"
        for key, kind in _ARCHIVE.items()
        if key in found and type(found[key]) is not kind
    ]
    if type(found.get("timeout")) is int and found["timeout"] < 1:
        problems.append("archive.timeout should be some seconds")
    values = dict(found)
    for key in ("url", "ca_file", "known_hosts"):
        value = found.get(key)
        if isinstance(value, str) and value and "://" not in value:
            values[key] = str(folder / Path(value).expanduser())
    return values, problems


def _variants(
    values: Mapping[str, Any], problems: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the variants to build, and those to publish beside the full one; add what is wrong."""
    lists: dict[str, list[str]] = {"build": [FULL], "publish": [FULL, FLASH], "partners": []}
    for key, names in values.get("variants", {}).items():
        if key not in lists:
            problems.append(f"{_FILE}: unknown setting variants.{key}")
        elif not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            problems.append(f"{_FILE}: variants.{key} should be a list of names, not {names!r}")
        else:
            lists[key] = names
    strangers = [name for name in lists["partners"] if name not in PARTNERS]
    problems += [f"{_FILE}: unknown partner {name!r} in variants.partners" for name in strangers]
    chosen = _names(values.get("variant", lists["build"]))
    partners = [name for name in lists["partners"] if name in PARTNERS]
    built = _expanded(chosen, partners, problems)
    published = _expanded(lists["publish"], partners, problems)
    return built, tuple(name for name in published if name != FULL)


def _expanded(
    names: Sequence[str], partners: Sequence[str], problems: list[str]
) -> tuple[str, ...]:
    if not names:
        problems.append("no variant is named")
    try:
        return expanded(names, partners)
    except ValueError as error:
        problems.append(str(error))
        return ()


def _site_url(table: Mapping[str, Any], problems: list[str]) -> str:
    """Return the address of the archive's pages in the table [site]; add what is wrong with it."""
    problems += [f"{_FILE}: unknown setting 'site.{key}'" for key in table if key != "url"]
    url = table.get("url", "")
    if url == "":
        return ""
    if not isinstance(url, str) or not _ADDRESS.fullmatch(url):
        problems.append(f"{_FILE}: site.url should be an address such as https://example.org/")
        return ""
    return url.rstrip("/") + "/"


def _names(value: str | Sequence[str]) -> tuple[str, ...]:
    return (
        tuple(name.strip() for name in value.split(",")) if isinstance(value, str) else tuple(value)
    )


def _format_problems(formats: Sequence[str]) -> list[str]:
    unknown = [str(name) for name in formats if name not in FORMATS]
    problems = [f"unknown format {name!r}; choose from {', '.join(FORMATS)}" for name in unknown]
    return problems if formats else ["no format is named"]
