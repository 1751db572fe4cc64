"""A desk for every test of the archive, and a place for its archive on each kind of store."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from shutil import copytree

import pytest

from reports.archive.opening import open_store
from reports.archive.s3 import S3Store
from reports.archive.store import ArchiveStore, FolderStore
from tests.archive.desk import Desk, install
from tests.archive.servers import (
    CREDENTIALS,
    SFTP_SERVER,
    SSHD,
    Sshd,
    make_bucket,
    s3_server,
    sftp_url,
    sshd,
)


@dataclass(frozen=True)
class Place:
    """Where an archive lies, and how a test gets behind the back of its store."""

    url: str
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    """Where its files are on this machine, if they are files."""
    endpoint: str = ""
    """Another port of the S3 server than that of the environment."""

    def open(self) -> ArchiveStore:
        """Return the store anew, as another command would."""
        return open_store(self.url, {"endpoint_url": self.endpoint}, os.environ)

    @cached_property
    def store(self) -> ArchiveStore:
        """Return one store for all that a test looks at."""
        return self.open()

    def spoil(self, name: str, content: bytes | None) -> None:
        """Change a file, or remove it, as no store does."""
        store = self.store
        if isinstance(store, S3Store):
            key = store.prefix + name
            store.bucket.delete([key]) if content is None else store.bucket.put(key, content)
            return
        assert self.folder
        (self.folder / name).unlink(missing_ok=True)
        if content is not None:
            (self.folder / name).write_bytes(content)

    def hidden(self) -> list[str]:
        """Return what waits to be put in its place."""
        store = self.store
        if isinstance(store, S3Store):
            return [name for name, _ in store.bucket.keys(f"{store.prefix}.staged/")]
        assert self.folder
        staged = self.folder / ".staged"
        return [path.name for path in staged.iterdir()] if staged.is_dir() else []


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk whose editions are made at once."""
    return install(Desk(tmp_path / "output"), monkeypatch)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an output folder with a small archive and its pages; to be copied or read."""
    from tests.archive.example_archive import small_archive  # Quick tests need none of its imports.

    output = tmp_path_factory.mktemp("made")
    small_archive(output / "archive")
    return output


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> FolderStore:
    """Return a copy of the small archive, to be changed."""
    return FolderStore(copytree(made / "archive", tmp_path / "output" / "archive"))


@pytest.fixture(scope="session")
def s3_port() -> Iterator[int]:
    """Return the port of an S3 server."""
    pytest.importorskip("moto", reason="moto is not installed")
    with s3_server() as port:
        yield port


@pytest.fixture(scope="session")
def sftp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """Return a running SFTP server."""
    require_sshd()
    with sshd(tmp_path_factory.mktemp("sshd") / "server") as server:
        yield server


def require_sshd() -> None:
    """Skip a test where OpenSSH's server is missing."""
    if SSHD is None or not SFTP_SERVER.is_file():
        pytest.skip("openssh-server or openssh-sftp-server is not installed")


@pytest.fixture
def on_s3(s3_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Place]:
    """Return a function that makes a bucket for an archive, behind a port."""

    def make(port: int = s3_port) -> Place:
        pytest.importorskip("obstore", reason="obstore is not installed")
        environment = {**CREDENTIALS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        bucket = tmp_path.name.replace("_", "-").lower()[-60:].strip("-")
        make_bucket(s3_port, bucket)
        return Place(f"s3://{bucket}/briefings/archive", environment)

    return make


@pytest.fixture
def on_sftp(sftp: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Place]:
    """Return a function that chooses a folder of the SFTP server, behind a port."""

    pytest.importorskip("asyncssh", reason="asyncssh is not installed")

    def make(port: int = 0, server: Sshd = sftp) -> Place:
        home = tmp_path / "home"
        (home / ".ssh").mkdir(parents=True)
        known = server.known_hosts.read_text("utf-8")
        other = known.replace(f":{server.port} ", f":{port} ") if port else ""
        (home / ".ssh/known_hosts").write_text(known + other)
        environment = {"HOME": str(home), "REPORTS_SFTP_KEY": str(server.key)}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        root = tmp_path / "served" / "archive"
        return Place(sftp_url(server, root, port or None), environment, root)

    return make


@pytest.fixture(params=["folder", "s3", "sftp"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Return an empty place for an archive on each kind of store, which commands find too."""
    if request.param == "folder":
        found = Place(str(tmp_path / "kept"), {}, tmp_path / "kept")
    else:
        found = request.getfixturevalue(f"on_{request.param}")()
    monkeypatch.setenv("REPORTS_ARCHIVE", found.url)
    return found
