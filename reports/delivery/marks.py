"""The marks in an archived e-mail, which are filled in when a message is made of it.

`[[name]]` stands for a value. What lies between `[[#name]]` and `[[/name]]` is kept where the name
has a value, and repeated for each where it has several. In HTML such a mark lies in a comment, and
what is left out of most messages does as a whole: the archived page can be looked at as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from reports.errors import DeliveryError

Value = str | bool | Sequence["Values"]
Values = Mapping[str, Value]

_SECTION = re.compile(
    r"(?:<!--)?\[\[#(\w+)\]\](?:-->)?\n?(.*?)(?:<!--)?\[\[/\1\]\](?:-->)?\n?", re.DOTALL
)
_FIELD = re.compile(r"\[\[(\w+)\]\]")


def fill(text: str, values: Values, escape: Callable[[str], str] = str) -> str:
    """Return a text with its marks filled in; raise DeliveryError for a mark that has no value."""

    def section(match: re.Match[str]) -> str:
        value = _value(values, match[1])
        if isinstance(value, str | bool):
            return fill(match[2], values, escape) if value else ""
        return "".join(fill(match[2], {**values, **each}, escape) for each in value)

    def field(match: re.Match[str]) -> str:
        return escape(str(_value(values, match[1])))

    # Values may hold what looks like a mark, so fields are filled in between sections only.
    parts, at = [], 0
    for match in _SECTION.finditer(text):
        parts += [_FIELD.sub(field, text[at : match.start()]), section(match)]
        at = match.end()
    return "".join((*parts, _FIELD.sub(field, text[at:])))


def _value(values: Values, name: str) -> Value:
    if name not in values:
        message = f"the e-mail of the edition has a mark that nothing fills: [[{name}]]"
        hint = "send it with the version of the program that published it"
        raise DeliveryError(message, hint)
    return values[name]
