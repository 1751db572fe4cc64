"""The address of an archive: what it opens, and what it must not hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reports.archive import opening
from reports.archive.opening import open_store
from reports.archive.reading import for_each, in_threads, listing_of
from reports.archive.s3 import S3Store
from reports.archive.sftp import SftpStore
from reports.archive.store import FolderStore
from reports.config import load_settings
from reports.errors import UsageError
from tests.conftest import Said

PASSWORD = "a-secret-word"  # noqa: S105


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the clients be there: none is used."""
    monkeypatch.setattr(opening, "find_spec", lambda _: object())


def test_an_address_opens_its_kind_of_store() -> None:
    assert open_store("kept/here", {}, {}) == FolderStore(Path("kept/here"))
    s3 = open_store("s3://bucket/a/b/", {"endpoint_url": "https://h:9000/"}, {})
    assert isinstance(s3, S3Store)
    assert (s3.bucket.name, s3.prefix, s3.bucket.endpoint_url) == (
        "bucket",
        "a/b/",
        "https://h:9000",
    )
    assert s3.where("x") == "s3://bucket/a/b/x"
    sftp = open_store("sftp://me@host:2222/srv/a%20b", {"timeout": 5}, {})
    assert isinstance(sftp, SftpStore)
    assert (sftp.line.user, sftp.line.port, sftp.root) == ("me", 2222, "/srv/a b")
    assert sftp.line.timeout == 5
    home = open_store("sftp://host/~/archive", {}, {"REPORTS_SFTP_PASSWORD": PASSWORD})
    assert isinstance(home, SftpStore)
    assert (home.root, home.where("x")) == ("archive", "sftp://host/~/archive/x")
    assert home.line.login.password == PASSWORD
    assert PASSWORD not in repr(home)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"sftp://me:{PASSWORD}@host/a", "holds a password"),
        (f"s3://key:{PASSWORD}@bucket/a", "holds a password"),
        (f"s3://{PASSWORD}@bucket/a", "holds a password"),
        ("sftp://host:port/a", "cannot be read"),
        ("ftp://host/a", "cannot be at an address ftp://"),
        ("s3://", "names no bucket"),
        ("s3://a?versionId=1", "has a part that no archive has"),
        ("sftp://host", "names no folder on a server"),
        ("sftp://host/", "names no folder on a server"),
        ("sftp://host/a/../b", "names no folder on a server"),
    ],
)
def test_another_address_is_refused_without_its_secrets(url: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        open_store(url, {}, {})
    assert PASSWORD not in caught.value.message + caught.value.hint
    assert caught.value.hint


@pytest.mark.parametrize(
    ("endpoint", "says"),
    [
        ("storage.example.org", "no address of a server"),
        ("https://host:port", "no address of a server"),
        (f"https://key:{PASSWORD}@host", "holds a user or password"),
        ("http://storage.example.org", "is not encrypted"),
    ],
)
def test_another_endpoint_is_refused_without_its_secrets(endpoint: str, says: str) -> None:
    for options, environment in (
        ({"endpoint_url": endpoint}, {}),
        ({}, {"AWS_ENDPOINT_URL": endpoint}),
    ):
        with pytest.raises(UsageError, match=says) as caught:
            open_store("s3://bucket", options, environment)
        assert PASSWORD not in caught.value.message + caught.value.hint
    open_store("s3://bucket", {"endpoint_url": "http://127.0.0.1:9000"}, {})


@pytest.mark.parametrize(("url", "extra"), [("s3://bucket", "s3"), ("sftp://host/a", "sftp")])
def test_a_missing_extra_is_one_line_with_its_command(
    url: str, extra: str, reports: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "find_spec", lambda _: None)
    said = reports("list", "--archive", url)
    assert (said.status, said.out) == (2, "")
    assert f"(hint: install it: pip install 'trade-reports[{extra}]')\n" in said.err
    assert said.err.count("\n") == 1


def test_the_archive_of_a_project(tmp_path: Path) -> None:
    assert load_settings({}, {}, tmp_path).archive["url"] == str(tmp_path / "output/archive")
    file = tmp_path / "reports.toml"
    file.write_text('output = "made"\n[archive]\nurl = "kept"\nca_file = "ca.pem"\n')
    from_file = load_settings({}, {}, tmp_path).archive
    assert from_file == {"url": str(tmp_path / "kept"), "ca_file": str(tmp_path / "ca.pem")}
    environment = {"REPORTS_ARCHIVE": "s3://bucket"}
    assert load_settings({}, environment, tmp_path).archive["url"] == "s3://bucket"
    assert load_settings({"archive": "here"}, environment, tmp_path).archive["url"] == "here"
    with pytest.raises(UsageError, match="the archive's address is empty"):
        load_settings({"archive": ""}, {}, tmp_path)


def test_all_that_is_wrong_with_it_is_said_at_once_without_its_secrets(tmp_path: Path) -> None:
    file = tmp_path / "reports.toml"
    file.write_text(f'[archive]\nurl = 1\npassword = "{PASSWORD}"\ntimeout = 0\npath_style = 1\n')
    with pytest.raises(UsageError) as caught:
        load_settings({}, {}, tmp_path)
    for part in ("'archive.password'", "archive.url should", "archive.path_style", "some seconds"):
        assert part in caught.value.message
    file.write_text(f'archive = "sftp://me:{PASSWORD}@host/a"\n')
    with pytest.raises(UsageError, match="archive should be a table") as table:
        load_settings({}, {}, tmp_path)
    assert PASSWORD not in caught.value.message + table.value.message


def test_the_first_error_ends_reading_many(tmp_path: Path) -> None:
    begun = []

    def read(number: int) -> int:
        begun.append(number)
        if number == 0:
            raise UsageError("gone")
        return number

    with pytest.raises(UsageError, match="gone"):
        in_threads(1, read, range(100))
    assert len(begun) < 100
    assert for_each(FolderStore(tmp_path), lambda number: number * 2, [3, 1]) == [6, 2]
    assert in_threads(3, lambda number: number * 2, [3, 1, 2]) == [6, 2, 4]


def test_a_listing_answers_for_each_folder() -> None:
    listing = listing_of(["b/c/d", "b/a", "index.html", ".x/y"])
    assert listing.folders("") == ("b",)
    assert listing.folders("b") == ("c",)
    assert listing.names("b") == ("a", "c/d")
    assert listing.names("none") == listing.folders("none") == ()
