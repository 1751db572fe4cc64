"""Canonical JSON: what is written is what the library would write of the same tree."""

import json
from datetime import date
from decimal import Decimal

import pytest

from reports.model import Cell, EditionId, FactSpan, LangSpan, from_json, to_json

VALUE = (
    Cell(("“quoted” \\ \t\x07é", FactSpan("a.b", "−12%"), LangSpan("何立峰", "zh-Hans"))),
    (EditionId("us-china", date(2025, 6, 9)), EditionId("us-china", date(2025, 6, 9), "flash")),
    (Decimal("-0.50"), Decimal("1E+3"), 0.1, -0.0, 1e-9, 7, True, False, None, "", ()),
)


@pytest.mark.parametrize("indent", [None, 1, 3])
def test_json_is_written_as_the_library_writes_it(indent: int | None) -> None:
    text = to_json(VALUE, indent=indent)
    separators = (",", ": " if indent else ":")
    assert text == json.dumps(
        json.loads(text), ensure_ascii=False, sort_keys=True, indent=indent, separators=separators
    )
    assert from_json(text) == VALUE
    assert text.count('"variant"') == 1


def test_what_is_no_part_of_the_model_is_not_written() -> None:
    with pytest.raises(TypeError, match="set is no part of the model"):
        to_json((1, {2}))
