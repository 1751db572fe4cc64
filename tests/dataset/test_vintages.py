"""Rules for vintages: what is one value, what a revision, what a contradiction."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.dataset import Observation
from reports.dataset.rows import Located
from reports.dataset.vintages import Check, choose, last_place, same_value, totals_leave
from reports.model import Period

MAY = Period(2025, 5)


def row(
    value: str,
    period: Period = MAY,
    *,
    status: str = "reported",
    day: int = 1,
    correction: str | None = None,
) -> Observation:
    published = date(2025, 6, 1) + timedelta(days=day)
    ref = Located("observations", "x", published, 2)
    return Observation(
        "x", period, Decimal(value), published, "page", status, None, correction, ref
    )


def newest(*rows: Observation) -> dict[Period, Observation]:
    return {item.period: item for item in rows}


@pytest.mark.parametrize(
    ("one", "other", "measure", "same"),
    [
        ("6356", "6357", "level", True),
        ("6356", "6358", "level", False),
        ("4774.8", "4775", "level", True),
        ("4774.5", "4775", "level", True),
        ("4773.9", "4775", "level", False),
        ("5864.60", "5864.6", "level", True),
        ("-0.1", "-0.2", "rate", False),
        ("-21.67", "-21.7", "rate", True),
        ("50.1", "50.2", "index", False),
        ("65.8", "65.81", "balance", True),
        ("95.72", "95.27", "balance", False),
    ],
)
def test_prints_of_one_value(one: str, other: str, measure: str, same: bool) -> None:
    assert same_value(row(one), row(other), measure) is same
    assert same_value(row(other), row(one), measure) is same


def test_a_derived_value_has_its_accuracy() -> None:
    assert same_value(row("4816", status="derived"), row("4813"), "level")
    assert not same_value(row("4816", status="derived"), row("4806"), "level")
    assert not same_value(row("4816"), row("4813"), "level")


def test_the_last_place_is_that_of_the_print() -> None:
    assert last_place(Decimal("5864.60")) == Decimal("0.01")
    assert last_place(Decimal("4576")) == 1


def test_a_newest_value_that_fits_the_totals_is_a_revision() -> None:
    old, new = row("4576", day=1), row("4816", day=2)
    held = choose([old, new], "level", Check(Decimal(4816), Decimal(5)))
    assert (held.value, held.revised_from, held.conflict) == (new.value, old, ())


def test_a_newest_value_that_contradicts_the_totals_does_not_win() -> None:
    old, new = row("4816", day=1), row("4576", day=2)
    held = choose([old, new], "level", Check(Decimal(4817), Decimal(5)))
    assert (held.value, held.revised_from, held.conflict) == (old.value, None, (new,))


def test_without_totals_or_with_none_that_fit_the_newest_holds() -> None:
    old, new = row("4816", day=1), row("4576", day=2)
    for check in (None, Check(Decimal(9000), Decimal(5))):
        held = choose([old, new], "level", check)
        assert (held.value, held.revised_from, held.conflict) == (new.value, old, ())


MENDED = "digits were swapped"


def test_a_correction_holds_and_is_no_revision() -> None:
    wrong, right = row("5684", day=1), row("5864", day=2, correction=MENDED)
    held = choose([wrong, right], "level", None)
    assert (held.value, held.revised_from, held.corrected_from) == (right.value, None, wrong)


def test_a_later_print_of_the_corrected_value_makes_it_no_revision() -> None:
    wrong, right = row("5684", day=1), row("5864", day=2, correction=MENDED)
    held = choose([wrong, right, row("5864.6", day=3)], "level", None)
    assert (held.value, held.revised_from, held.corrected_from) == (Decimal("5864.6"), None, wrong)


def test_a_revision_after_a_correction_is_one() -> None:
    right = row("5864", day=2, correction=MENDED)
    held = choose([row("5684", day=1), right, row("5900", day=3)], "level", None)
    assert (held.revised_from, held.corrected_from) == (right, None)


def test_an_error_that_was_corrected_contradicts_nothing_and_never_holds_again() -> None:
    wrong, right = row("4576", day=1), row("4816", day=2, correction=MENDED)
    newest = row("4200", day=3)
    held = choose([wrong, right, newest], "level", Check(Decimal(4816), Decimal(5)))
    assert (held.value, held.conflict) == (right.value, (newest,))
    held = choose([wrong, right, newest], "level", Check(Decimal(4576), Decimal(5)))
    assert (held.value, held.revised_from, held.conflict) == (newest.value, right, ())


def test_totals_leave_a_month_where_the_others_are_known() -> None:
    months = newest(*(row(str(100 + n), Period(2025, n)) for n in (3, 4, 6)))
    totals = newest(row("200", Period(2025, 2)), row("814", Period(2025, 6)))
    check = totals_leave(MAY, months, totals)
    assert check is not None
    assert (check.value, check.room) == (Decimal(814 - 200 - 103 - 104 - 106), Decimal(5))
    assert totals_leave(MAY, newest(row("103", Period(2025, 3))), totals) is None
    assert totals_leave(MAY, months, {}) is None
    assert totals_leave(MAY, months, newest(row("200", Period(2025, 4)))) is None


def test_totals_never_count_a_combined_period_twice() -> None:
    joint = row("200", Period(2025, 1, 2))
    apart = [row("90", Period(2025, 1)), row("110", Period(2025, 2))]
    march = row("50", Period(2025, 3))
    totals = newest(row("310", Period(2025, 4)))
    for months in (newest(joint, march), newest(joint, *apart, march), newest(*apart, march)):
        check = totals_leave(Period(2025, 4), months, totals)
        assert check is not None
        assert check.value == 60
    january = totals_leave(Period(2025, 1), newest(joint, march), newest(row("250", march.period)))
    assert january is None
    both = totals_leave(joint.period, newest(*apart, march), newest(row("250", march.period)))
    assert both is not None
    assert both.value == 200


@given(st.lists(st.decimals(0, 10_000, places=1), min_size=1, max_size=5))
def test_the_value_that_holds_is_one_that_is_known(values: list[Decimal]) -> None:
    known = [row(str(value), day=n) for n, value in enumerate(values)]
    held = choose(known, "level", None)
    assert held.value == known[-1].value
    if held.revised_from is not None:
        assert not same_value(held.revised_from, known[-1], "level")
        assert held.revised_from.published < held.published
