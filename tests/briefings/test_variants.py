"""Editions by reader say what the full edition says, from the view that they are made for."""

from __future__ import annotations

from datetime import date

import pytest

from reports.briefings import build_edition
from reports.model import (
    Edition,
    Exhibit,
    Prose,
    TableBlock,
    citations,
    fact_spans,
    from_json,
    plain,
    pruned,
    to_json,
)
from tests.test_every_number import dataset

pytestmark = pytest.mark.slow

OCTOBER, LONDON = date(2025, 10, 20), date(2025, 6, 9)


def edition(variant: str, day: date = OCTOBER) -> Edition:
    return build_edition(dataset().as_of(day), None, variant)


def words(found: Edition) -> str:
    section = found.sections[0]
    texts = [
        text for block in section.blocks if isinstance(block, Prose) for text in block.paragraphs
    ]
    return "\n".join(plain(text) for text in texts).replace("\N{NO-BREAK SPACE}", " ")


def test_the_full_edition_is_written_as_before_there_were_variants() -> None:
    full = edition("full")
    assert full == build_edition(dataset().as_of(OCTOBER))
    assert '"variant"' not in to_json(full)
    flash = edition("flash")
    assert from_json(to_json(flash)) == flash
    assert from_json(to_json(flash)).id.variant == "flash"


def test_a_flash_prints_no_number_that_the_full_edition_tells_otherwise() -> None:
    full = {fact.key: fact for fact in edition("full").facts}
    flash = edition("flash")
    shared = [fact for fact in flash.facts if fact.key in full]
    assert len(shared) >= 20
    assert all(full[fact.key] == fact for fact in shared)
    assert (flash.headline, flash.changes) == (edition("full").headline, edition("full").changes)
    assert [section.key for section in flash.sections] == ["talks", "watch"]
    assert "one page" in flash.masthead.coverage


def test_pruning_leaves_the_facts_and_sources_that_are_still_named() -> None:
    flash = edition("flash")
    short = pruned(flash)
    assert (short.facts, short.sources) == (flash.facts, flash.sources)
    less = pruned(Edition(**{**vars(flash), "lead": (), "sections": flash.sections[1:]}))
    assert {fact.key for fact in less.facts} == {span.key for span in fact_spans(less)}
    assert len(less.facts) < len(flash.facts)
    assert [source.number for source in less.sources] == list(range(1, len(less.sources) + 1))
    named = {*citations(less, printed=False), *(s for fact in less.facts for s in fact.sources)}
    assert {source.id for source in less.sources} == named


def test_a_partner_edition_tells_exports_from_its_own_view() -> None:
    germany = edition("partner-germany")
    exports = germany.sections[0]
    assert exports.kicker == "Exports to Germany"
    headline = plain(exports.headline).replace("\N{NO-BREAK SPACE}", " ")
    assert headline == "Germany took 1,288 tonnes of magnets in September"
    assert "4.3% less than in August and 28% more than in September 2024" in words(germany)
    assert "22% of what it exported to all" in words(germany)
    titles = [plain(block.title) for block in exports.blocks if isinstance(block, Exhibit)]
    assert titles[1] == "Germany took less in September, Vietnam more"
    assert [figure.label for figure in germany.key_figures][1] == "Magnets to Germany, September"
    assert [section.key for section in germany.sections][:2] == ["exports", "talks"]
    numbers = [b.number for s in germany.sections for b in s.blocks if isinstance(b, Exhibit)]
    assert numbers[:4] == ["1", "2", "3", "4"]
    tables = [block.table for block in exports.blocks if isinstance(block, TableBlock)]
    assert [plain(cell.text) for cell in tables[0].rows[0]][-1] == "22%"


def test_what_the_data_lack_of_a_partner_is_said_in_a_clear_line() -> None:
    gap = "that is a gap in the data, not a zero."
    germany, france = edition("partner-germany"), edition("partner-france")
    assert f"no exports of rare earths to Germany by 20 October; {gap}" in words(germany)
    assert f"no exports of magnets or rare earths to France by 20 October; {gap}" in words(france)
    assert plain(france.sections[0].headline) == "France is not among the destinations with figures"
    assert "The European Union as a whole took 2,140 tonnes in July 2025" in words(france)
    assert not any(isinstance(block, TableBlock) for block in france.sections[0].blocks)


def test_an_old_figure_of_a_partner_is_no_headline() -> None:
    vietnam = edition("partner-vietnam", date(2025, 10, 13))
    headline = plain(vietnam.sections[0].headline).replace("\N{NO-BREAK SPACE}", " ")
    assert headline == "The newest magnet figure for Vietnam is that of May 2025"
    assert "(an old figure, the newest in these data)" in words(vietnam)


def test_the_edition_for_the_united_states_tells_its_magnets_once() -> None:
    december = date(2025, 12, 8)
    assert words(edition("partner-us", december)).count("656.3 tonnes") == 1
    assert "The United States took 656.3 tonnes of them" in words(edition("partner-eu", december))


def test_a_partner_edition_knows_no_more_than_its_day() -> None:
    june = edition("partner-germany", LONDON)
    assert "no exports of magnets or rare earths to Germany by 9 June" in words(june)
    assert all(row.vintage <= LONDON for fact in june.facts for row in fact.rows)
    assert "In Germany, BMW said" in words(june)
