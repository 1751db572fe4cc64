"""What incoming rows do to the dataset: vintages, corrections, events, sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from reports.errors import DataError
from reports.intake import Addition, Change, files_reader, prepare, write
from tests.dataset.packages import edit, read
from tests.intake.desks import (
    DECEMBER,
    EXPORTS,
    OBSERVATION,
    PAGE,
    SOURCE,
    TODAY,
    bytes_of,
    csv_file,
    observations,
    small,
    sources,
)

OCTOBER = (EXPORTS, "2025-10", "4343.5", "2025-11-07")
OCTOBER_PAGE = "cryptagon-2025-11-07-october-rare-earth-exports"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small(tmp_path / "package")


def prepared(
    folder: Path, *files: Path, correct: str | None = None, today: str = TODAY
) -> Addition:
    reader = files_reader(files, None, lambda _: None)
    return prepare(folder, reader, date.fromisoformat(today), correct)


def only(addition: Addition) -> Change:
    """Return the only change that is not a source's."""
    assert not addition.errors, addition.errors
    (change,) = [change for change in addition.plan.changes if change.table != "sources"]
    return change


def refusal(addition: Addition) -> str:
    (error,) = addition.errors
    return str(error)


def added_lines(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, list[str]]:
    """Return the lines that a git diff would show as new; none may be gone."""
    found: dict[str, list[str]] = {}
    for name, content in after.items():
        old, new = before[name].decode().splitlines(), content.decode().splitlines()
        left = iter(old)
        gone = next(left, None)
        found[name] = []
        for line in new:
            if line == gone:
                gone = next(left, None)
            else:
                found[name].append(line)
        assert gone is None, f"{name}: {gone}"
    return {name: lines for name, lines in found.items() if lines}


def test_a_new_month_is_a_new_line_and_nothing_else_moves(folder: Path, tmp_path: Path) -> None:
    before = bytes_of(folder)
    addition = prepared(folder, observations(tmp_path, DECEMBER), sources(tmp_path))
    assert only(addition).kind == "new"
    write(folder, addition)
    assert added_lines(before, bytes_of(folder)) == {
        "observations.csv": [f"{EXPORTS},2025-12,5012.3,2026-01-09,{PAGE},reported,,,"],
        "sources.csv": [
            f"{PAGE},Customs,Trade in December,https://example.org/december,2026-01-09,"
        ],
    }
    for name, key in (("observations", OBSERVATION[:2]), ("sources", SOURCE[:1])):
        keys = [tuple(row[column] for column in key) for row in read(folder, name)]
        assert keys == sorted(keys)


def test_the_same_rows_again_are_unchanged(folder: Path, tmp_path: Path) -> None:
    files = observations(tmp_path, DECEMBER), sources(tmp_path)
    write(folder, prepared(folder, *files))
    again = prepared(folder, *files)
    assert [change.kind for change in again.plan.changes] == ["unchanged", "unchanged"]
    assert again.contents == {}


def test_a_spreadsheet_drops_closing_zeros_and_the_row_is_the_same(
    folder: Path, tmp_path: Path
) -> None:
    (known,) = [row for row in read(folder, "observations") if row["value"] == "42936.0"]
    row = (known["series_id"], known["period"], "42936", known["published"], known["source_id"])
    file = observations(tmp_path, (*row, "reported", ""))
    assert only(prepared(folder, file)).kind == "unchanged"


def test_a_value_known_from_another_page_keeps_its_source(folder: Path, tmp_path: Path) -> None:
    change = only(prepared(folder, observations(tmp_path, (*OCTOBER, "SP001", "reported", ""))))
    assert change.kind == "unchanged"
    assert OCTOBER_PAGE in change.remark


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "published", "kind"),
    [
        ("4400.1", "2026-01-09", "revised"),
        ("4343.50", "2026-01-09", "restated"),
        ("4300", "2025-11-05", "older"),
    ],
)
def test_another_day_is_another_vintage(
    folder: Path, tmp_path: Path, value: str, published: str, kind: str
) -> None:
    before = bytes_of(folder)
    row = (EXPORTS, "2025-10", value, published, PAGE, "reported", "")
    addition = prepared(folder, observations(tmp_path, row), sources(tmp_path))
    assert only(addition).kind == kind
    warned = any("editions of earlier days" in str(warning) for warning in addition.warnings)
    assert warned == (kind == "older")
    write(folder, addition)
    assert len(added_lines(before, bytes_of(folder))["observations.csv"]) == 1


def test_another_value_of_the_same_day_is_refused(folder: Path, tmp_path: Path) -> None:
    row = (EXPORTS, "2025-10", "4344.5", "2025-11-07", OCTOBER_PAGE, "reported", "")
    addition = prepared(folder, observations(tmp_path, row))
    for part in ("observations.csv:2 [value]", "'4343.5'", "'4344.5'", "--correct REASON"):
        assert part in refusal(addition)
    assert addition.contents == {}


def test_an_error_of_ours_is_corrected_by_a_row_of_today(folder: Path, tmp_path: Path) -> None:
    before = bytes_of(folder)
    row = (EXPORTS, "2025-10", "4344.5", "2025-11-07", OCTOBER_PAGE, "reported", "")
    file = observations(tmp_path, row)
    addition = prepared(folder, file, correct="Digits were swapped")
    assert only(addition).kind == "corrected"
    write(folder, addition)
    (line,) = added_lines(before, bytes_of(folder))["observations.csv"]
    assert line == f"{EXPORTS},2025-10,4344.5,{TODAY},{OCTOBER_PAGE},reported,,,Digits were swapped"
    for reason in (None, "Digits were swapped"):
        again = prepared(folder, file, correct=reason, today="2026-03-09")
        assert only(again).kind == "unchanged"
        assert TODAY in only(again).remark


def test_a_correction_needs_a_day_of_its_own(folder: Path, tmp_path: Path) -> None:
    row = (EXPORTS, "2025-10", "4344.5", "2025-11-07", OCTOBER_PAGE, "reported", "")
    addition = prepared(folder, observations(tmp_path, row), correct="A slip", today="2025-11-07")
    assert "a later day of correction" in refusal(addition)


@pytest.mark.slow
def test_a_correction_of_nothing_is_said(folder: Path, tmp_path: Path) -> None:
    files = observations(tmp_path, DECEMBER), sources(tmp_path)
    addition = prepared(folder, *files, correct="A slip")
    assert not addition.errors
    assert any("corrects nothing" in str(warning) for warning in addition.warnings)


@pytest.mark.slow
def test_a_row_without_a_source_that_resolves_is_refused(folder: Path, tmp_path: Path) -> None:
    addition = prepared(folder, observations(tmp_path, DECEMBER))
    for part in ("observations.csv:2 [source_id]", PAGE, "source_id of sources.csv"):
        assert part in refusal(addition)


@pytest.mark.slow
def test_a_source_that_is_refused_itself_is_no_second_fault(folder: Path, tmp_path: Path) -> None:
    page = (PAGE, "Customs", "Trade in December", "https://example.org", "soon")
    addition = prepared(folder, observations(tmp_path, DECEMBER), sources(tmp_path, page))
    assert "sources.csv:2 [published]: is no date" in refusal(addition)


@pytest.mark.slow
def test_a_row_of_tomorrow_is_refused(folder: Path, tmp_path: Path) -> None:
    files = observations(tmp_path, DECEMBER), sources(tmp_path)
    addition = prepared(folder, *files, today="2026-01-08")
    assert {error.column for error in addition.errors} == {"published"}
    assert "2026-01-08 or earlier" in str(addition.errors[0])


@pytest.mark.slow
def test_a_derived_value_needs_its_arithmetic(folder: Path, tmp_path: Path) -> None:
    row = (*DECEMBER[:5], "derived", "")
    addition = prepared(folder, observations(tmp_path, row), sources(tmp_path))
    assert "[derivation]: is no column of the file, but a new row needs it" in refusal(addition)
    head = (*OBSERVATION, "derivation")
    file = csv_file(tmp_path / "o.csv", head, (*row, "63205.4 - 58193.1"))
    change = only(prepared(folder, file, sources(tmp_path)))
    assert change.cells["derivation"] == "63205.4 - 58193.1"


@pytest.mark.slow
def test_two_rows_of_a_batch_with_one_key(folder: Path, tmp_path: Path) -> None:
    same = prepared(folder, observations(tmp_path, DECEMBER, DECEMBER), sources(tmp_path))
    assert [change.kind for change in same.plan.changes] == ["new", "new", "unchanged"]
    zeros = (*DECEMBER[:2], "5012.30", DECEMBER[3], "SP001", *DECEMBER[5:])
    also = prepared(folder, observations(tmp_path, DECEMBER, zeros), sources(tmp_path))
    assert [change.kind for change in also.plan.changes] == ["new", "new", "unchanged"]
    other = (*DECEMBER[:2], "5013", *DECEMBER[3:])
    for reason in (None, "A slip"):
        file = observations(tmp_path, DECEMBER, other)
        addition = prepared(folder, file, sources(tmp_path), correct=reason)
        assert "observations.csv:3 [value]: contradicts observations.csv:2" in refusal(addition)


def test_every_fault_is_told_with_its_line(folder: Path, tmp_path: Path) -> None:
    rows = [
        (EXPORTS, "soon", "1", "2026-01-09", PAGE, "reported", ""),
        (EXPORTS, "2025-12", "many", "2026-01-09", PAGE, "reported", ""),
        (EXPORTS, "2025-12", "1", "2025-12-01", PAGE, "reported", ""),
        ("unknown_series", "2025-12", "1", "2026-01-09", PAGE, "reported", ""),
        (EXPORTS, "2025-10", "1", "2026-01-09", PAGE, "guessed", ""),
        ("gdp_yoy_pct", "2025-12", "1", "2026-01-09", PAGE, "reported", ""),
    ]
    addition = prepared(folder, observations(tmp_path, *rows), sources(tmp_path))
    assert [(e.file, e.line, e.column) for e in addition.errors] == [
        ("observations.csv", 2, "period"),
        ("observations.csv", 3, "value"),
        ("observations.csv", 4, "published"),
        ("observations.csv", 5, "series_id"),
        ("observations.csv", 6, "status"),
        ("observations.csv", 7, "period"),
    ]


def test_a_dataset_with_a_fault_takes_nothing(folder: Path, tmp_path: Path) -> None:
    edit(folder, "observations", 2, value="many")
    with pytest.raises(DataError, match="has faults already"):
        prepared(folder, observations(tmp_path, DECEMBER), sources(tmp_path))


def test_a_table_that_is_changed_meanwhile_is_not_overwritten(folder: Path, tmp_path: Path) -> None:
    addition = prepared(folder, observations(tmp_path, DECEMBER), sources(tmp_path))
    edit(folder, "observations", 2, note="by hand")
    before = bytes_of(folder)
    with pytest.raises(DataError, match="has been changed meanwhile"):
        write(folder, addition)
    assert bytes_of(folder) == before


@pytest.mark.slow
def test_what_no_table_may_hold_is_refused(folder: Path, tmp_path: Path) -> None:
    page = (PAGE, "Customs", "\x1b[31mTrade", "https://example.org", "2026-01-09")
    assert "[title]: holds a control character" in refusal(
        prepared(folder, sources(tmp_path, page))
    )
    known = read(folder, "sources")[0]
    row = (known["source_id"], known["publisher"], known["title"], '"https://example\n.org"', "")
    assert "[url]: holds a control" in refusal(prepared(folder, sources(tmp_path, row)))


# Events.

STATUS = ("event_id", "status", "status_changed", "status_source_id", "status_kind")


def event(folder: Path, head: Sequence[str], *rows: Sequence[str]) -> Addition:
    file = csv_file(folder.parent / "in.csv", head, *rows)
    return prepared(folder, file, sources(folder.parent))


def test_a_later_status_takes_the_place_of_the_one_before(folder: Path) -> None:
    row = ("TC01", "lifted", "2026-01-05", PAGE, "ended")
    addition = event(folder, STATUS, row)
    change = only(addition)
    assert (change.kind, set(change.columns)) == ("updated", set(STATUS[1:]))
    write(folder, addition)
    (stands,) = [row for row in read(folder, "tariffs") if row["event_id"] == "TC01"]
    assert tuple(stands[column] for column in STATUS) == row
    assert only(event(folder, STATUS, row)).kind == "unchanged"


def test_a_dated_status_that_is_replaced_is_said(folder: Path) -> None:
    change = only(event(folder, STATUS, ("TC02", "restored", "2026-01-05", PAGE, "in_force")))
    assert change.remark.startswith("editions from 2025-11-10 to before 2026-01-05 no longer")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "word"),
    [
        (("TC02", "restored", "2025-11-10", PAGE, "in_force"), "contradicts what is known since"),
        (("TC02", "restored", "2025-11-09", PAGE, "in_force"), "contradicts what is known since"),
        (("TC02", "restored", "", "", ""), "without a day later than 2025-11-10"),
        (("TC01", "lifted", "", "", ""), "on no day"),
        (("TC01", "lifted", "2026-01-05", "", "ended"), "what is new needs a source"),
        (("TC01", "lifted", "2026-01-05", PAGE, ""), "is empty though status_changed is given"),
        (("TC01", "lifted", "2026-01-05", "nowhere", "ended"), "is unknown"),
        (("TC01", "lifted", "2026-12-05", PAGE, "ended"), "lies ahead"),
        (("TC99", "lifted", "2026-01-05", PAGE, "ended"), "is no column of the file"),
    ],
)
def test_a_status_that_may_not_be_taken(folder: Path, row: Sequence[str], word: str) -> None:
    addition = event(folder, STATUS, row)
    assert addition.errors
    assert all(word in str(error) for error in addition.errors)
    assert {(error.file, error.line) for error in addition.errors} == {("in.csv", 2)}


def test_what_has_no_day_is_never_overwritten_but_may_be_filled(folder: Path) -> None:
    head = ("event_id", "expires", "measure")
    addition = event(folder, head, ("TC01", "", "Something else"))
    assert "has no day of its own" in refusal(addition)
    filled = event(folder, head, ("TC01", "2026-11-10", ""))
    assert only(filled).columns == ("expires",)
    assert any("will say it too" in str(warning) for warning in filled.warnings)


def test_an_outcome_arrives(folder: Path) -> None:
    head: tuple[str, ...] = ("meeting_id", "status", "end", "outcome", "outcome_published")
    head = (*head, "outcome_source_id", "outcome_verb", "outcome_label")
    meeting = next(row for row in read(folder, "meetings") if row["meeting_id"] == "M05")
    assert meeting["outcome_published"]
    edited = dict.fromkeys((*head[2:],), "")
    line = [row["meeting_id"] for row in read(folder, "meetings")].index("M05") + 2
    edit(folder, "meetings", line, status="scheduled", **edited)
    row = ("M05", "held", meeting["end"], "A truce.", meeting["outcome_published"], PAGE)
    change = only(event(folder, head, (*row, "agreed", "a truce")))
    assert (change.kind, set(change.columns)) == ("updated", {*head} - {"meeting_id"})


def test_the_name_before_a_place_was_known_is_kept(folder: Path) -> None:
    line = [row["meeting_id"] for row in read(folder, "meetings")].index("M05") + 2
    edit(
        folder, "meetings", line, name="A round", label="A round", city="", country="",
        place_published="", provisional_name="", provisional_label="",
    )  # fmt: skip
    meeting = read(folder, "meetings")[line - 2]
    head = ("meeting_id", "name", "label", "city", "country", "place_published")
    row = ("M05", "Round in Rome", "Rome round", "Rome", "Italy", meeting["announced"])
    change = only(event(folder, head, row))
    assert (change.cells["provisional_name"], change.cells["city"]) == ("A round", "Rome")


def test_a_new_event_in_the_collectors_layout_is_told_what_it_lacks(folder: Path) -> None:
    head = ("event_id", "date", "date_precision", "what", "kind", "announced", "source_id")
    row = ("EV99", "2026-04-01", "day", "Something", "deadline", "2026-01-09", PAGE)
    addition = event(folder, head, row)
    assert {error.column for error in addition.errors} == {"label", "subject"}
    assert any("one of magnets, " in str(error) for error in addition.errors)
    full = event(folder, (*head, "label", "subject"), (*row, "Something ends", "tariffs"))
    assert only(full).kind == "new"


def test_the_key_of_a_definition_is_known_by_its_words(folder: Path) -> None:
    head = ("date", "imposed_by", "average_rate_pct", "definition", "published", "source_id")
    words = "rate stated by President Trump"
    found = event(folder, head, ("2026-01-05", "US", "47", words, "2026-01-09", PAGE))
    assert only(found).cells["definition_key"] == "trump_stated_rate"
    other = event(folder, head, ("2026-01-05", "US", "47", "other words", "2026-01-09", PAGE))
    assert "[definition_key]: is no column of the file" in refusal(other)


def test_an_undated_page_is_dated_by_the_newest_fact_taken_from_it(
    folder: Path, tmp_path: Path
) -> None:
    page = (PAGE, "Customs", "Trade in December", "", "")
    addition = prepared(folder, observations(tmp_path, DECEMBER), sources(tmp_path, page))
    source = next(change for change in addition.plan.changes if change.table == "sources")
    assert source.cells["earliest"] == "2026-01-09"


@pytest.mark.slow
def test_a_page_is_known_by_its_id(folder: Path, tmp_path: Path) -> None:
    known = next(row for row in read(folder, "sources") if not row["url"])
    same = tuple(known[column] for column in SOURCE)
    assert prepared(folder, sources(tmp_path, same)).plan.changes[0].kind == "unchanged"
    address = (*same[:3], "https://example.org/found", same[4])
    assert prepared(folder, sources(tmp_path, address)).plan.changes[0].kind == "updated"
    other = (same[0], "Another publisher", *same[2:])
    assert "contradicts what is known" in refusal(prepared(folder, sources(tmp_path, other)))


def test_a_vintage_between_two_known_ones_moves_earlier_editions(
    folder: Path, tmp_path: Path
) -> None:
    november = (EXPORTS, "2025-11")
    newer = observations(tmp_path, (*november, "5494.1", "2026-01-09", PAGE, "reported", ""))
    write(folder, prepared(folder, newer, sources(tmp_path)))
    between = (*november, "5500", "2026-01-05", PAGE, "reported", "")
    addition = prepared(folder, observations(tmp_path, between))
    assert only(addition).kind == "older"
    assert "than what is known (5494.1 of 2026-01-09)" in str(addition.warnings)
