"""Whatever a provider answers ends in rows or in a reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.fetching import comtrade, fred, sdmx
from reports.fetching.values import Ask, FetchedRow, FetchError
from tests.fetching import shapes
from tests.fetching.conftest import ask_of, request_of

pytestmark = pytest.mark.slow

Read = Callable[[str, Ask], tuple[FetchedRow, ...]]
ANSWERS: tuple[tuple[str, Read, bytes], ...] = (
    ("comtrade", comtrade.read, shapes.comtrade_body(shapes.comtrade_record())),
    ("fred", fred.read, shapes.fred_body(("2025-05", "2025-07-03", "19310.5"))),
    ("imf", sdmx.read, shapes.imf_body(("2025-M05", "-0.1"), ("2025-M06", "0.1"))),
    ("oecd", sdmx.read, shapes.oecd_body(("2025-05", "4.2"))),
)
BYTES = st.one_of(
    st.binary(max_size=4),
    st.sampled_from(
        [b"9", b"9" * 5000, b"1e99", b"-", b"null", b"true", b'"', b",", b"\x00", b"["]
    ),
)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(ANSWERS), st.data())
def test_a_mutated_answer_ends_in_rows_or_in_a_reason(
    answer: tuple[str, Read, bytes], data: st.DataObject
) -> None:
    provider, read, body = answer
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(body)))
        end = start + data.draw(st.integers(0, 12))
        body = body[:start] + data.draw(BYTES) + body[end:]
    asked = ask_of(request_of(provider))
    try:
        rows = read(body.decode("utf-8", "replace"), asked)
    except FetchError:
        return
    for row in rows:
        assert row.published <= asked.request.today
        assert len(f"{row.value:f}") <= 30
        assert len(row.note) <= 600
        assert len(row.derivation) <= 160
