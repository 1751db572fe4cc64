"""The names of variants, where reports.toml declares them, and what the command makes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports.config import load_settings
from reports.errors import UsageError
from reports.variants import PARTNERS, expanded, partner_of
from tests.conftest import LONDON, Said

Reports = Callable[..., Said]


def test_partner_stands_for_one_edition_a_declared_partner() -> None:
    found = expanded(("flash", "partner", "partner-us"), ("us", "germany"))
    assert found == ("flash", "partner-us", "partner-germany")
    germany = partner_of("partner-germany")
    assert germany
    assert (germany.code, germany.member) == ("DE", True)
    assert partner_of("flash") is None
    assert partner_of("partner-atlantis") is None


def test_partners_have_names_fit_for_files() -> None:
    assert all(slug.replace("-", "").isascii() and slug == slug.lower() for slug in PARTNERS)
    assert len({partner.code for partner in PARTNERS.values()}) == len(PARTNERS)


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        (("flesh",), "unknown variant 'flesh'; choose from full, flash, partner, or partner-…"),
        (("partner-atlantis",), "unknown variant 'partner-atlantis'"),
        (("partner",), "needs the list variants.partners"),
    ],
)
def test_what_names_no_variant_is_refused(names: tuple[str, ...], fault: str) -> None:
    with pytest.raises(ValueError, match="variant") as caught:
        expanded(names, ())
    assert fault in str(caught.value)


def settings_of(folder: Path, table: str, **flags: str) -> Any:
    (folder / "reports.toml").write_text(table, "utf-8")
    return load_settings(flags, {}, folder)


def test_the_file_declares_what_is_built_and_published(tmp_path: Path) -> None:
    table = '[variants]\nbuild = ["flash"]\npublish = ["full", "partner"]\npartners = ["japan"]\n'
    found = settings_of(tmp_path, table)
    assert (found.variants, found.published) == (("flash",), ("partner-japan",))
    assert settings_of(tmp_path, table, variant="full, partner").variants == (
        "full",
        "partner-japan",
    )
    assert settings_of(tmp_path, "").variants == ("full",)
    assert settings_of(tmp_path, "").published == ("flash",)


def test_every_fault_of_the_table_is_told_at_once(tmp_path: Path) -> None:
    table = '[variants]\nbuild = "flash"\npublish = ["flesh"]\npartners = ["atlantis"]\nmore = []\n'
    with pytest.raises(UsageError) as caught:
        settings_of(tmp_path, table)
    for words in (
        "variants.build should be a list of names, not 'flash'",
        "unknown variant 'flesh'",
        "unknown partner 'atlantis' in variants.partners",
        "unknown setting variants.more",
    ):
        assert words in caught.value.message
    with pytest.raises(UsageError, match="unknown variant ''"):
        settings_of(tmp_path, "", variant="")


def test_variants_lie_beside_the_full_edition_under_names_of_their_own(
    reports: Reports, fake: Any, tmp_path: Path
) -> None:
    fake()
    words = ("build", "--as-of", LONDON, "--output", tmp_path)
    said = reports(*words, "--variant", "full,flash,partner-germany")
    names = [Path(path).name for path in said.out.splitlines()]
    assert names[:4] == [
        "edition.json",
        "facts.json",
        f"us-china-trade-briefing-{LONDON}.html",
        f"us-china-trade-briefing-{LONDON}.pdf",
    ]
    assert names[4:8] == [
        "edition-flash.json",
        "facts-flash.json",
        f"us-china-trade-briefing-flash-{LONDON}.html",
        f"us-china-trade-briefing-flash-{LONDON}.pdf",
    ]
    assert names[-1] == f"us-china-trade-briefing-partner-germany-{LONDON}.pdf"
    assert all(Path(path).is_file() for path in said.out.splitlines())
    again = reports(*words, "--variant", "flash,partner-germany", "--json").json
    assert (again["variant"], again["status"]) == ("flash", "unchanged")
    assert [(o["variant"], o["status"]) for o in again["others"]] == [
        ("partner-germany", "unchanged")
    ]


def test_a_variant_never_lies_beside_the_full_edition_of_other_data(
    reports: Reports, fake: Any, data: Path, tmp_path: Path
) -> None:
    fake()
    words = ("build", "--as-of", LONDON, "--output", tmp_path, "--data", data)
    flash = Path(reports(*words, "--variant", "flash").out.splitlines()[-1])
    (data / "note.txt").write_text("learnt since", "utf-8")
    assert flash.is_file()
    reports(*words)
    assert sorted(path.name for path in flash.parent.iterdir()) == [
        ".build.json",
        "edition.json",
        "facts.json",
        f"us-china-trade-briefing-{LONDON}.html",
        f"us-china-trade-briefing-{LONDON}.pdf",
    ]


def test_an_unknown_variant_is_a_usage_error(reports: Reports, tmp_path: Path) -> None:
    said = reports("build", "--variant", "flesh", "--output", tmp_path)
    assert said.status == 2
    assert said.err.startswith("Error: unknown variant 'flesh'")
