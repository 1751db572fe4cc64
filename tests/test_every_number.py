"""Every number of the weekly editions of 2025 answers for itself: on the page and in facts.json."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import lru_cache

import pytest
from jsonschema import Draft202012Validator

from reports import drawings
from reports.briefings import build_edition, load_editorial
from reports.dataset import Dataset, load_dataset
from reports.model import Edition, fact_spans
from reports.rendering.gate import findings, names_of, walk
from reports.rendering.ledger import facts_file
from reports.rendering.one_page import fitted_to_page
from reports.rendering.tokens import tokens
from reports.rendering.web import render_html
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

FIRST, LAST = date(2025, 1, 20), date(2025, 12, 29)
MONDAYS = [FIRST + timedelta(weeks=week) for week in range((LAST - FIRST).days // 7 + 1)]
SCHEMA = json.loads((ROOT / "reports" / "schemas" / "facts-1.json").read_text("utf-8"))


@lru_cache(maxsize=1)
def dataset() -> Dataset:
    """Return the dataset of the project."""
    return load_dataset(ROOT / "data")


def edition_of(day: date, variant: str = "full") -> Edition:
    """Return the edition of a day, or its variant."""
    edition = build_edition(dataset().as_of(day), load_editorial(ROOT / "data", day), variant)
    return fitted_to_page(edition) if variant == "flash" else edition


@pytest.mark.parametrize("day", MONDAYS, ids=str)
def test_facts_account_for_every_number_of_a_week(
    day: date, capsys: pytest.CaptureFixture[str]
) -> None:
    edition = edition_of(day)
    assert findings(edition) == ()
    told = json.loads(facts_file(edition))
    assert list(Draft202012Validator(SCHEMA).iter_errors(told)) == []
    assert {span.key for span in fact_spans(edition)} == {fact["key"] for fact in told["facts"]}
    count = told["numbers"]
    with capsys.disabled():
        print(f" {day}: {count['printed']} numbers, {count['share']:.0%} accounted for", end="")  # noqa: T201
    assert count["naked"] == 0
    assert count["share"] == 1


@pytest.mark.parametrize("day", MONDAYS, ids=str)
def test_the_page_of_a_week_accounts_for_every_number_it_prints(day: date) -> None:
    edition = edition_of(day)
    drawn = drawings.Studio().draw(drawings.for_web(edition))
    html = render_html(edition, {name: svg.decode() for name, svg in drawn.items()})
    assert len(html.encode()) <= tokens()["budgets"]["html_kb"] * 1024
    walked = walk(html, edition.sources)
    assert {key for key, _, _ in walked.facts} <= {fact.key for fact in edition.facts}
    # Facts that stand in attributes and titles have lost their marks; the rest must be on the page.
    assert walked.numberings >= len(edition.sources)
    assert walked.census(names_of(edition)).dates > 0


VARIANTS = [(day, "flash") for day in MONDAYS] + [
    (day, f"partner-{name}") for name in ("germany", "us", "france") for day in MONDAYS[::4]
]


@pytest.mark.parametrize(("day", "variant"), VARIANTS, ids=str)
def test_facts_account_for_every_number_of_a_variant(day: date, variant: str) -> None:
    edition = edition_of(day, variant)
    assert findings(edition) == ()
    told = json.loads(facts_file(edition))
    assert list(Draft202012Validator(SCHEMA).iter_errors(told)) == []
    assert told["edition"]["variant"] == variant
    assert {span.key for span in fact_spans(edition)} == {fact["key"] for fact in told["facts"]}
    assert (told["numbers"]["naked"], told["numbers"]["share"]) == (0, 1)


@pytest.mark.parametrize(("day", "variant"), VARIANTS[3::9], ids=str)
def test_the_page_of_a_variant_accounts_for_every_number_it_prints(day: date, variant: str) -> None:
    edition = edition_of(day, variant)
    drawn = drawings.Studio().draw(drawings.for_web(edition))
    html = render_html(edition, {name: svg.decode() for name, svg in drawn.items()})
    assert len(html.encode()) <= tokens()["budgets"]["html_kb"] * 1024
    walked = walk(html, edition.sources)
    assert {key for key, _, _ in walked.facts} <= {fact.key for fact in edition.facts}
