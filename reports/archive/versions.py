"""The versions of all that draws an edition: Python, its packages, Pango and HarfBuzz."""

from __future__ import annotations

import ctypes
import platform
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution

PROJECT = "trade-reports"
_OURS = frozenset({"parquet"})
"""Extras of the project that a build uses where they are installed."""
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")
_SYSTEM = {
    "pango": ("libpango-1.0.so.0", "pango_version_string"),
    "harfbuzz": ("libharfbuzz.so.0", "hb_version_string"),
}


def system_versions() -> dict[str, str]:
    """Return the versions of Python and of the system's libraries that set text."""
    found = {name: _system_version(*place) for name, place in _SYSTEM.items()}
    return {"python": platform.python_version(), **found}


@cache
def library_versions() -> Mapping[str, str]:
    """Return the version of every installed package that the project requires, however far."""
    found: dict[str, str] = {}
    waiting = [(PROJECT, _OURS)]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        try:
            stated = distribution(name).metadata
        except PackageNotFoundError:
            continue  # Of another platform or Python.
        found[_canonical(name)] = stated["Version"]
        new = set(_required(stated.get_all("Requires-Dist") or [], extras)) - seen
        seen |= new
        waiting += sorted(new, key=lambda each: (each[0], sorted(each[1])))
    return dict(sorted(found.items()))


def _required(lines: list[str], extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what a package requires, with the extras of those; markers of platforms are not read.

    What another platform needs is not installed, and so not found.
    """
    for line in lines:
        requirement, _, marker = line.partition(";")
        named = _EXTRA.findall(marker)
        match = _REQUIREMENT.match(requirement)
        if match and (not named or extras & set(named)):
            wanted = (part.strip() for part in (match[2] or "").split(","))
            yield _canonical(match[1]), frozenset(part for part in wanted if part)


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _system_version(library: str, function: str) -> str:
    try:
        ask = getattr(ctypes.CDLL(library), function)
    except (OSError, AttributeError):
        return "unknown"
    ask.restype = ctypes.c_char_p
    return str(ask().decode())
