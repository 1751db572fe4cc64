"""A letter is read from the files of an archived edition alone."""

from pathlib import Path

import pytest

from reports.archive.store import FolderStore
from reports.delivery.letters import corrected, read_letter
from reports.errors import ArchiveError, DeliveryError
from tests.delivery.letters import FILES, PDF, archived

FLASH = "us-china-trade-briefing-flash-2025-06-09.pdf"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "archive")


def test_a_letter_has_the_files_of_its_edition(store: FolderStore) -> None:
    letter = read_letter(store, archived(store))
    assert letter.subject == letter.headline == "London talks open"
    assert letter.text == FILES["email/body.txt"].decode()
    assert letter.html == FILES["email/body.html"].decode()
    assert letter.images == {"exports.png": FILES["email/exports.png"]}
    assert (letter.pdf_name, letter.pdf) == ("us-china-trade-briefing-2025-06-09.pdf", PDF)
    assert letter.page_name == "us-china-trade-briefing-2025-06-09.html"
    assert letter.as_of.isoformat() == "2025-06-09"
    assert letter.correction is None


def test_the_one_page_form_has_the_one_page_pdf(store: FolderStore) -> None:
    revision = archived(store, files={**FILES, FLASH: b"%PDF short"})
    assert read_letter(store, revision, "one-page").pdf == b"%PDF short"
    assert read_letter(store, revision).pdf == PDF


@pytest.mark.parametrize(
    ("gone", "form", "message"),
    [
        ("email/body.txt", "full", "2025-06-09/r1 was published without an e-mail"),
        ("us-china-trade-briefing-2025-06-09.pdf", "full", "2025-06-09/r1 has no PDF"),
        (FLASH, "one-page", "2025-06-09/r1 has no one-page PDF"),
    ],
)
def test_what_an_edition_lacks_is_said(
    store: FolderStore, gone: str, form: str, message: str
) -> None:
    revision = archived(store, files={n: c for n, c in FILES.items() if n != gone})
    with pytest.raises(DeliveryError) as caught:
        read_letter(store, revision, form)  # type: ignore[arg-type]
    assert caught.value.message == message
    assert caught.value.hint
    assert caught.value.exit_status == 6


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_changed_file_goes_to_nobody(store: FolderStore, name: str) -> None:
    revision = archived(store)
    path = store.root / str(revision) / name
    path.chmod(0o644)
    path.write_bytes(b"changed")
    if name.startswith("charts/") or name == "us-china-trade-briefing-2025-06-09.html":
        read_letter(store, revision)  # No part of a letter.
        return
    with pytest.raises(ArchiveError, match=f"{revision}/{name} is changed"):
        read_letter(store, revision)


def test_a_correction_tells_why_and_what_changed(store: FolderStore) -> None:
    archived(store, facts={"Exports": "5,864.6 tonnes", "Prices": "−0.1%", "Gone": "3"})
    facts = {"Exports": "5,846.6 tonnes", "Prices": "−0.1%", "Added": "4"}
    revision = archived(store, 2, facts=facts, reason="Two digits were swapped.")
    letter = corrected(store, read_letter(store, revision), 1)
    assert letter.subject == "Correction: London talks open"
    assert letter.correction is not None
    assert letter.correction.reason == "Two digits were swapped."
    assert str(letter.correction.replaced) == "2025-06-09/r1"
    assert [str(change) for change in letter.correction.changes] == [
        "Exports, May 2025: 5,846.6 tonnes (was 5,864.6 tonnes)",
        "Added, May 2025: 4",
        "Gone, May 2025: no longer given (was 3)",
    ]


def test_a_correction_of_an_edition_that_is_no_longer_kept_tells_why(store: FolderStore) -> None:
    archived(store)
    revision = archived(store, 2, reason="A name was misspelt.")
    store.remove("2025-06-09/r1")
    correction = corrected(store, read_letter(store, revision), 1).correction
    assert correction is not None
    assert not correction.compared
    assert correction.changes == ()


def test_a_correction_tells_those_who_missed_one_of_both(store: FolderStore) -> None:
    archived(store, facts={"Exports": "1", "Prices, change": "1", "Prices": "2"})
    facts = {"Exports": "3", "Prices, change": "1", "Prices": "2"}
    archived(store, 2, facts=facts, reason="a digit\nwas wrong")
    facts |= {"Prices, change": "2", "Prices": "4"}
    revision = archived(store, 3, facts=facts, reason="Another, too.")
    plain = read_letter(store, revision)
    assert plain.correction is None
    told = {}
    for since in (1, 2):
        correction = corrected(store, plain, since).correction
        assert correction is not None
        told[since] = (correction.reason, [str(change) for change in correction.changes])
    exports, prices = "Exports, May 2025: 3 (was 1)", "Prices, May 2025: 4 (was 2)"
    change = "Prices, change, May 2025: 2 (was 1)"  # It follows from what was reported.
    assert told[1] == ("A digit was wrong. Another, too.", [exports, prices, change])
    assert told[2] == ("Another, too.", [prices, change])


def test_the_pdf_of_another_variant_is_never_taken_for_the_full_one(store: FolderStore) -> None:
    first = "us-china-trade-briefing-2025-06-01-partner-2025-06-09.pdf"  # Before it by name.
    revision = archived(store, files={first: b"%PDF other", **FILES})
    assert read_letter(store, revision).pdf == PDF
