"""News: what became known in a week, tagged, weighed, and held against the week before."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from reports.briefings.items import Item
from reports.briefings.news import fitted, news
from reports.briefings.prose import compose
from tests.briefings.editions import MONDAYS, edition, row_of, said
from tests.briefings.worlds import (
    CALL_COLUMNS,
    control,
    day,
    delegate,
    level,
    meeting,
    outcome,
    situation,
    statement,
    tariff,
    truce,
    value,
    world,
)

TAGS = {"New", "Up", "Down", "Same", "Eased", "Tightened", "Ended"}


def items(today: str, **tables: list[Any]) -> tuple[Item, ...]:
    return news(*situation(world(today, **tables)))


def only(today: str, **tables: list[Any]) -> Item:
    (item,) = items(today, **tables)
    return item


def words(marked: str) -> str:
    return said(compose(marked))


def test_a_quiet_week_has_no_news() -> None:
    assert items("06-09") == ()
    assert items("06-09", meetings=[meeting("OLD", "03-01", **outcome("03-02"))]) == ()


def test_a_meeting_is_news_when_set_when_open_and_when_it_has_a_result() -> None:
    rows = [meeting("M", "06-16", "06-17", announced="06-06", **outcome("06-17"))]
    tags = {today: only(today, meetings=rows) for today in ("06-09", "06-16", "06-23")}
    assert [item.tag for item in tags.values()] == ["New"] * 3
    assert "Set for 16 June" in words(tags["06-09"].now)
    assert "open" in tags["06-16"].headline
    assert "agree a tariff truce" in tags["06-23"].headline
    assert words(tags["06-09"].before) == words("Not announced")
    assert "16 June" in words(tags["06-16"].before)
    assert items("06-30", meetings=rows) == ()


def test_a_result_says_what_the_two_sides_did_and_no_more() -> None:
    talked = meeting("M", "06-05", **outcome("06-05", "an extension", "discussed"))
    assert "discuss an extension" in only("06-09", meetings=[talked]).headline
    mute = meeting("M", "06-05", **outcome("06-05", ""))
    assert "without a stated result" in only("06-09", meetings=[mute]).headline


def test_a_call_of_the_leaders_is_named_after_them() -> None:
    call = meeting("CALL", "06-05", label="Leaders’ call", **CALL_COLUMNS, **outcome("06-05"))
    people = [
        delegate("CALL", "US", "Donald Trump", "President", lead=True),
        delegate("CALL", "CN", "Xi Jinping", "President", lead=True),
    ]
    item = only("06-09", meetings=[call], delegates=people)
    assert item.headline.startswith("Trump and Xi agree")
    assert words(item.sentence).startswith("Donald Trump and Xi Jinping spoke by phone on 5 June")


def levels(*rates: int) -> list[Any]:
    return [level("US", "01-20", rates[0]), *(level("US", "06-05", rate) for rate in rates[1:])]


@pytest.mark.parametrize(
    ("rates", "tag", "way"), [((10, 145), "Tightened", "rise"), ((145, 30), "Eased", "fall")]
)
def test_duties_that_changed_are_tightened_or_eased(
    rates: tuple[int, int], tag: str, way: str
) -> None:
    item = only("06-09", tariff_levels=levels(*rates))
    assert item.tag == tag
    assert words(item.before) == f"{rates[0]}%"
    assert words(item.now).startswith(f"{rates[1]}% since 5 June")
    assert f"{way} to {rates[1]}%" in words(item.headline)


def test_duties_that_hold_are_no_news() -> None:
    assert items("06-09", tariff_levels=levels(30)) == ()
    assert items("06-09", tariff_levels=levels(30, 30)) == ()


def test_an_announced_duty_is_new_and_weighs_by_its_size() -> None:
    def step(points: int) -> Item:
        row = tariff(
            "T", "US", "06-05", "07-01", rate_change_pct_points=Decimal(points), label="Step"
        )
        return only("06-09", tariffs=[row])

    assert step(10).tag in ("New", "Tightened")
    assert step(-10).tag == "Eased"
    assert step(100).weight > step(10).weight > step(1).weight
    assert words(step(10).before) == "Not announced"


def test_controls_tighten_or_ease_and_say_that_they_were_not_there_before() -> None:
    tight = only("06-09", controls=[control("C", "06-05")])
    eased = only("06-09", controls=[control("C", "06-05", effect="eases")])
    assert (tight.tag, eased.tag) == ("Tightened", "Eased")
    assert words(tight.before) == words(eased.before) == "Not announced"
    assert tight.weight > eased.weight


def test_a_control_that_is_suspended_is_eased_against_what_it_was() -> None:
    row = control(
        "C", "05-01", status="suspended", status_changed=day("06-05"), status_kind="suspended"
    )
    item = only("06-09", controls=[row])
    assert item.tag == "Eased"
    assert words(item.before) == row.label
    assert words(item.now) == "Suspended."
    assert items("06-02", controls=[row]) == ()


def test_a_control_from_a_day_ahead_names_that_day() -> None:
    row = control("C", "06-05", effective=day("12-01"))
    assert "from 1 December" in words(only("06-09", controls=[row]).now)


def series(series_id: str, *numbers: str) -> list[Any]:
    """Return monthly values from March on; the last became known in the week."""
    last = len(numbers) - 1
    return [
        value(series_id, f"2025-{3 + n:02}", number, "06-05" if n == last else "05-20")
        for n, number in enumerate(numbers)
    ]


@pytest.mark.parametrize(
    ("numbers", "tag"),
    [(("100", "123"), "Up"), (("100", "50"), "Down"), (("100", "100"), "Same"), (("100",), "New")],
)
def test_a_new_figure_is_tagged_by_its_change(numbers: tuple[str, ...], tag: str) -> None:
    item = only("06-09", observations=series("magnet_exports_t", *numbers))
    assert item.tag == tag
    assert words(item.now).startswith(f"{numbers[-1]} tonnes in")
    before = "100 tonnes in March" if len(numbers) > 1 else "Not yet followed in these data"
    assert words(item.before) == before


def test_a_rate_that_prints_the_same_is_the_same() -> None:
    rows = series("cpi_yoy_pct", "-0.12", "-0.14")
    assert only("06-09", observations=rows).tag == "Same"


def test_another_vintage_of_a_known_month_is_no_news() -> None:
    rows = [*series("cpi_yoy_pct", "0.1"), value("cpi_yoy_pct", "2025-03", "0.2", "06-07")]
    assert [i.tag for i in items("06-09", observations=rows)] == ["New"]
    assert items("06-16", observations=rows) == ()


def test_a_headline_on_a_volume_has_the_verb_its_change_allows() -> None:
    def headline(*numbers: str) -> str:
        item = only("06-09", observations=series("magnet_exports_t", *numbers))
        return words(item.headline)

    assert headline("100", "50") == "Magnet exports halve in April"
    assert headline("100", "123") == "Magnet exports rise 23% in April"
    assert headline("100", "100.2") == "Magnet exports are little changed in April"
    assert headline("100", "40") == "Magnet exports fall 60% in April"


def test_the_truce_is_new_then_the_same_and_louder_as_its_end_comes_near() -> None:
    rows = [truce("T1", "05-12", "05-14", "08-12")]
    started, held, near, last = (
        next(i for i in items(today, tariffs=rows) if i.kind == "truce")
        for today in ("05-12", "06-09", "07-28", "08-11")
    )
    assert [i.tag for i in (started, held, near, last)] == ["New", "Same", "Same", "Same"]
    assert words(started.before) == "No truce"
    assert "64 days" in words(held.now)
    assert held.weight < near.weight < last.weight
    assert "1 day" in words(last.now)


def test_an_extension_of_the_truce_is_new() -> None:
    rows = [truce("T1", "05-12", "05-14", "08-12"), truce("T2", "08-11", "08-12", "11-10")]
    other = replace(truce("T3", "08-12", "08-12", "11-10"), imposed_by="CN")
    one, both = (
        next(i for i in items(today, tariffs=[*rows, other]) if i.kind == "truce")
        for today in ("08-11", "08-12")
    )
    assert (one.tag, both.tag) == ("New", "New")
    assert words(one.before) == words(both.before) == "Ends on 12 August"
    assert "10 November" in words(both.headline)
    assert "10 November" in words(one.now)
    assert "other side" in words(one.now)
    assert "other side" not in words(both.now)


def test_people_new_at_the_table_are_news_against_the_round_before() -> None:
    rows = [meeting("A", "05-10"), meeting("B", "06-09", announced="06-06")]
    people = [
        delegate("A", "US", "Scott Bessent", "Secretary"),
        delegate("A", "CN", "He Lifeng", "Vice Premier"),
        delegate("B", "US", "Scott Bessent", "Secretary", published="06-06"),
        delegate("B", "US", "Howard Lutnick", "Secretary", published="06-06"),
    ]
    found = [i for i in items("06-09", meetings=rows, delegates=people) if "joins" in i.now]
    assert len(found) == 1
    assert "Howard Lutnick" in words(found[0].now)
    assert "Scott Bessent" in words(found[0].before)
    assert "Lutnick" not in words(found[0].before)


def test_a_statement_stands_beside_the_one_before_it() -> None:
    rows = [
        statement("S1", "05-20", "US", "Said it would wait.", topic="tariffs"),
        statement("S2", "06-05", "US", "Said it would act.", topic="tariffs"),
        statement("S3", "06-05", "CN", "Said it would answer.", topic="tariffs"),
    ]
    us, cn = items("06-09", statements=rows)
    assert "wait" in words(us.before)
    assert "act" in words(us.now)
    assert words(cn.before).startswith("Nothing said since")
    assert (us.headline, cn.headline) == ("", "")


def test_the_heaviest_news_comes_first_and_washington_before_beijing() -> None:
    rows: dict[str, list[Any]] = {
        "meetings": [meeting("M", "06-09", announced="06-06")],
        "tariff_levels": [
            level("CN", "01-20", 10),
            level("CN", "06-05", 125),
            *levels(10, 145),
        ],
        "observations": series("cpi_yoy_pct", "0.1", "-0.1"),
        "statements": [statement("S", "06-05", "US", "Said so.", topic="tariffs")],
    }
    found = items("06-09", **rows)
    assert [i.weight for i in found] == sorted((i.weight for i in found), reverse=True)
    assert [i.kind for i in found] == ["talks", "tariffs", "tariffs", "economy", "statements"]
    assert [i.side for i in found if i.kind == "tariffs"] == ["US", "CN"]


def test_a_headline_is_cut_at_a_joint_to_nine_words() -> None:
    long = "Trump and Xi agree a truce on tariffs and controls and soybean purchases"
    assert len(fitted(long).split()) <= 9
    assert long.startswith(fitted(long)[:20])
    assert not fitted(long).endswith((" and", " on"))
    assert fitted("Talks open in London") == "Talks open in London"


def test_the_london_table_of_changes() -> None:
    changes = edition("2025-06-09").changes
    assert changes
    assert changes.columns[0].kind == "tag"
    assert "2 June" in said((changes.columns[2].label,))
    assert "9 June" in said((changes.columns[3].label,))
    talks = row_of(changes, "London talks", 1)
    assert (talks[0], talks[2]) == ("New", "Not announced")
    ore = row_of(changes, "Rare-earth exports", 1)
    assert ore[0] == "Up"
    assert "4,784.8 tonnes" in ore[2]
    assert "5,864.6 tonnes" in ore[3]
    assert row_of(changes, "Tariff truce", 1)[0] == "Same"


@pytest.mark.parametrize(
    ("day_", "subject", "tag"),
    [
        ("2025-04-14", "US duties on Chinese goods", "Tightened"),
        ("2025-05-19", "US duties on Chinese goods", "Eased"),
        ("2025-04-07", "Chinese rare-earth controls", "Tightened"),
        ("2025-11-10", "Chinese rare-earth controls", "Eased"),
        ("2025-08-11", "Tariff truce", "New"),
    ],
)
def test_what_changed_in_a_week_of_2025(day_: str, subject: str, tag: str) -> None:
    changes = edition(day_).changes
    assert changes
    assert row_of(changes, subject, 1)[0] == tag


def test_every_tag_is_one_of_the_house() -> None:
    for day_ in MONDAYS:
        changes = edition(day_).changes
        if changes:
            tags = [said(row[0].text) for row in changes.rows]
            assert set(tags) <= TAGS, day_
            assert tags == [t for t in tags if t != "Same"] + [t for t in tags if t == "Same"]
            subjects = [said(row[1].text) for row in changes.rows]
            assert len(set(subjects)) == len(subjects), day_
