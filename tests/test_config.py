"""Settings: flags over environment over reports.toml over the defaults."""

from datetime import date
from pathlib import Path

import pytest

from reports.config import day_of, load_settings
from reports.errors import UsageError


def test_defaults(tmp_path: Path) -> None:
    settings = load_settings({}, {}, tmp_path)
    assert settings.data is None
    assert settings.output == tmp_path / "output"
    assert settings.formats == ("html", "pdf")
    assert settings.strict is False


def test_the_nearest_word_wins(tmp_path: Path) -> None:
    (tmp_path / "reports.toml").write_text('data = "rows"\noutput = "made"\nstrict = true\n')
    from_file = load_settings({}, {}, tmp_path)
    assert (from_file.data, from_file.output) == (tmp_path / "rows", tmp_path / "made")
    assert from_file.strict is True
    from_environment = load_settings({}, {"REPORTS_DATA": "/env"}, tmp_path)
    assert (from_environment.data, from_environment.output) == (Path("/env"), tmp_path / "made")
    flags = {"data": "/flag", "output": None, "strict": None, "formats": ["pdf"]}
    from_flags = load_settings(flags, {"REPORTS_DATA": "/env", "REPORTS_OUTPUT": "out"}, tmp_path)
    assert (from_flags.data, from_flags.output) == (Path("/flag"), Path("out"))
    assert from_flags.formats == ("pdf",)


@pytest.mark.parametrize(("word", "parallel"), [("0", False), ("1", True)])
def test_one_process_can_be_asked_for(tmp_path: Path, word: str, parallel: bool) -> None:
    assert load_settings({}, {"REPORTS_PARALLEL": word}, tmp_path).parallel is parallel


def test_another_word_for_the_number_of_processes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="REPORTS_PARALLEL should be 0 or 1, not 'yes'"):
        load_settings({}, {"REPORTS_PARALLEL": "yes"}, tmp_path)


def test_an_empty_path_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="data names no folder; output names no folder"):
        load_settings({"data": "", "output": ""}, {}, tmp_path)
    (tmp_path / "reports.toml").write_text('output = ""\n')
    with pytest.raises(UsageError, match="output names no folder"):
        load_settings({}, {}, tmp_path)


@pytest.mark.parametrize("text", ["20250609", "2025-W24-1", "2025-6-9", " 2025-06-09", ""])
def test_a_day_has_one_form(text: str) -> None:
    assert day_of("2025-06-09") == date(2025, 6, 9)
    with pytest.raises(ValueError, match=r"2025|Invalid"):
        day_of(text)


def test_formats_have_one_order(tmp_path: Path) -> None:
    assert load_settings({"formats": ["pdf", "html"]}, {}, tmp_path).formats == ("html", "pdf")


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "reports.toml").write_text('colour = "red"\nstrict = "yes"\nformats = ["docx"]\n')
    with pytest.raises(UsageError) as failure:
        load_settings({}, {}, tmp_path)
    for word in ("colour", "strict", "docx", "html, pdf, png"):
        assert word in failure.value.message


@pytest.mark.parametrize("text", ["strict = ", "\x00"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "reports.toml").write_text(text)
    with pytest.raises(UsageError, match=r"reports\.toml cannot be read"):
        load_settings({}, {}, tmp_path)


def test_addresses_of_providers_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    assert load_settings({}, {}, tmp_path).fetch == {}
    (tmp_path / "reports.toml").write_text('[fetch]\nimf = "https://example.org"\n')
    assert load_settings({}, {}, tmp_path).fetch == {"imf": "https://example.org"}
    (tmp_path / "reports.toml").write_text('fetch = "https://example.org"\n')
    with pytest.raises(UsageError, match="fetch should be a dict"):
        load_settings({}, {}, tmp_path)
