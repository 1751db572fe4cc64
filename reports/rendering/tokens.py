"""The values of the house style, read from `templates/tokens.json`, as CSS custom properties."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from reports.resources import style_json

Mode = Literal["light", "print", "dark"]

_DARK_SYSTEM = "@media screen and (prefers-color-scheme:dark)"


@cache
def tokens() -> dict[str, Any]:
    """Return all tokens as they stand in the file."""
    read: dict[str, Any] = style_json("tokens.json")
    return read


def colours(mode: Mode) -> dict[str, str]:
    """Return the colour of each role in one mode: {"us-mid": "#6A8DB5", ...}."""
    return {role: values[mode] for role, values in tokens()["color"].items()}


def web_variables() -> str:
    """Return the CSS that sets every custom property of the page.

    Colours (`--us-mid`) follow the system's mode unless `data-theme` on the root element names
    one, and are the print ones on paper; type is `--size-body` with `--line-body`; lengths are
    `--container`, `--toc`, `--measure`, `--section`, `--grid-gap` and their like.
    """
    light, dark = _colour_properties("light"), _colour_properties("dark")
    rules = (
        f":root{{color-scheme:light;{light}{_web_sizes()}}}",
        f"{_DARK_SYSTEM}{{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}",
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}",
        f"@media print{{:root{{{_colour_properties('print')}}}}}",
    )
    return "\n".join(rules)


def print_variables() -> str:
    """Return the CSS that sets colours and type of the PDF: `--us-mid`, `--size-body: 9.5pt`."""
    type_sizes = "".join(
        f"--size-{name}:{size}pt;--line-{name}:{line}pt;"
        for name, (size, line, _) in _dashed(tokens()["type_print_pt"])
    )
    return f":root{{{_colour_properties('print')}{type_sizes}}}"


def _colour_properties(mode: Mode) -> str:
    return "".join(f"--{role}:{value};" for role, value in colours(mode).items())


def _web_sizes() -> str:
    type_sizes = "".join(
        f"--size-{name}:{size};--line-{name}:{line};"
        for name, (size, line, _) in _dashed(tokens()["type_web"])
    )
    web, space = tokens()["web"], tokens()["space"]["web_px"]
    layout = {
        "container": f"{web['container_px']}px",
        "toc": f"{web['toc_px']}px",
        "toc-gap": f"{web['toc_gap_px']}px",
        "measure": f"{web['measure_em']}em",
        **{name.replace("_", "-"): f"{value}px" for name, value in space.items()},
    }
    return type_sizes + "".join(f"--{name}:{value};" for name, value in layout.items())


def _dashed(sizes: dict[str, list[Any]]) -> list[tuple[str, list[Any]]]:
    return [(name.replace("_", "-"), values) for name, values in sizes.items()]
