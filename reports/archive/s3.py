"""An archive in a bucket: no locks and no renames, but files that only one writer can put.

A folder is put in three steps. Its files wait under `.staged/`, where no reader looks. One
conditional put of a claim, `.claims/<folder>`, decides whose folder it is; from then on it will
stand, whoever dies. The server copies the files to their places, the last one last: with it the
folder is there. Whoever puts the next folder ends what a dead writer began.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from reports.archive.bucket import Bucket
from reports.archive.reading import Listing, folders_in, in_threads, listing_of
from reports.archive.store import STAGED
from reports.errors import ArchiveError, StoreError

AT_ONCE = 32
CLAIMS = ".claims"
CONDITIONAL = ".conditional"
"""A file that stands, so that a conditional put of it must fail."""
SEAL = "manifest.json"
"""The last file of an edition to appear."""
STALE = timedelta(days=1)
"""A folder that nobody has claimed for so long is a dead writer's."""
LONGEST = timedelta(hours=1)
"""Time after which a writer no longer claims: its files must be far from stale."""

_EDITION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}/r[0-9]+")


@dataclass(frozen=True)
class Claim:
    """Whose folder it is: where its files wait, and which of them comes last."""

    stage: str
    last: str


@dataclass(frozen=True)
class S3Store:
    """An archive below a prefix of a bucket."""

    bucket: Bucket
    prefix: str
    """Empty, or with a slash at its end."""
    listing: Listing | None = None
    at_once: int = AT_ONCE

    def folders(self, place: str) -> tuple[str, ...]:
        """Return the folders in a folder, but hidden ones and editions that are not whole yet."""
        if not place and self.listing is None:
            found = self.bucket.folders(self.prefix)
            return tuple(sorted(name for name in found if name[0] != "."))
        names = {*self.names(place)}
        return tuple(
            name
            for name in folders_in(names)
            if f"{name}/{SEAL}" in names or not _EDITION.fullmatch(f"{place}/{name}")
        )

    def names(self, place: str) -> tuple[str, ...]:
        """Return the names of all files below a folder, but hidden ones of the store."""
        if self.listing:
            return self.listing.names(place)
        below = f"{place}/" if place else ""
        found = (name for name, _ in self.bucket.keys(self.prefix + below))
        return tuple(sorted(name for name in found if place or name[0] != "."))

    def read(self, name: str) -> bytes:
        """Return a file."""
        try:
            return self.bucket.get(self.prefix + name)
        except FileNotFoundError as error:
            raise FileNotFoundError(f"{self.where(name)} is missing") from error

    def put(self, folder: str, contents: Mapping[str, bytes]) -> bool:
        """Let a folder appear with its last file, once it is claimed."""
        unclaimed = self._end_others()
        if not self._is_safe or self.names(folder):
            return False
        stage = "!".join((*folder.split("/"), secrets.token_hex(16)))
        *others, last = contents
        in_threads(AT_ONCE, lambda name: self._send(stage, name, contents[name]), others)
        self._send(stage, last, contents[last])
        times = self._times(stage)
        if not times or max(times) - min(times) > LONGEST:
            self._discard(stage)
            raise StoreError(f"sending {folder} took more than an hour", "try on a faster line")
        self._clear(unclaimed, max(times))
        claim = Claim(stage, last)
        if self.bucket.put_new(self._claim(folder), _written(claim)):
            self._finish(folder, claim)
            return True
        self._discard(stage)
        if winner := self._claim_of(folder):
            self._finish(folder, winner)
        return False

    def append(self, name: str, content: bytes) -> bool:
        """Let a file appear by one conditional put."""
        return self._is_safe and self.bucket.put_new(self.prefix + name, content)

    def replace(self, name: str, content: bytes) -> None:
        """Write a file by one put, which is whole or not at all."""
        self.bucket.put(self.prefix + name, content)

    def remove(self, name: str) -> None:
        """Let a folder disappear with its claim, or a page: one request for each thousand files."""
        keys = [f"{self.prefix}{name}/{below}" for below in self.names(name)]
        # Its seal first, lest a folder of more than a thousand files is seen without the others.
        keys.sort(key=lambda key: not key.endswith(f"/{SEAL}"))
        self.bucket.delete([*keys, self.prefix + name, self._claim(name)])

    def where(self, name: str) -> str:
        """Return the address of a file or folder."""
        return f"s3://{self.bucket.name}/{self.prefix}{name}".rstrip("/")

    def listed(self) -> S3Store:
        """Return the store with its names listed once, a thousand a request."""
        return replace(self, listing=listing_of(self.names("")))

    def _stage(self, stage: str) -> str:
        return f"{self.prefix}{STAGED}/{stage}/"

    def _claim(self, folder: str) -> str:
        return f"{self.prefix}{CLAIMS}/{folder}"

    def _claim_of(self, folder: str) -> Claim | None:
        with suppress(FileNotFoundError):
            return _read(self.bucket.get(self._claim(folder)), self.where(f"{CLAIMS}/{folder}"))
        return None

    @cached_property
    def _is_safe(self) -> bool:
        """Tell that a conditional put does not overwrite; raise StoreError where it does."""
        key = self.prefix + CONDITIONAL
        if self.bucket.put_new(key, b"") and self.bucket.put_new(key, b""):
            raise self.bucket.unconditional()
        return True

    def _end_others(self) -> list[str]:
        """End what others have claimed, dead or alive; return where other files wait."""
        unclaimed = []
        for stage in self.bucket.folders(f"{self.prefix}{STAGED}/"):
            folder = "/".join(stage.split("!")[:-1])
            claim = self._claim_of(folder)
            if claim and claim.stage == stage:
                self._finish(folder, claim)
            else:
                unclaimed.append(stage)
        return unclaimed

    def _clear(self, stages: list[str], now: datetime) -> None:
        """Clear away the files of dead writers; all times are by the server's clock."""
        for stage in stages:
            times = self._times(stage)
            if times and now - max(times) > STALE:
                self._discard(stage)

    def _finish(self, folder: str, claim: Claim) -> None:
        """Copy the files of a claimed folder to their places, and forget where they waited.

        Any number of writers may do so at once: what waits is cleared away only when all of it
        is in its place, so a file that waits no longer needs no copy.
        """
        waiting = [name for name, _ in self.bucket.keys(self._stage(claim.stage))]

        def copy(name: str) -> bool:
            try:
                self.bucket.copy(self._stage(claim.stage) + name, f"{self.prefix}{folder}/{name}")
            except FileNotFoundError:
                return False
            return True

        if claim.last not in self.names(folder):
            others = [name for name in waiting if name != claim.last]
            done = all(in_threads(AT_ONCE, copy, others)) and copy(claim.last)
            if not done and claim.last not in self.names(folder):
                message = f"{self.where(folder)} was claimed, and its files are gone"
                hint = f"delete {self.where(f'{CLAIMS}/{folder}')} to go on"
                raise ArchiveError(message, hint)
        self.bucket.delete([self._stage(claim.stage) + name for name in waiting])

    def _send(self, stage: str, name: str, content: bytes) -> None:
        self.bucket.put(self._stage(stage) + name, content)

    def _times(self, stage: str) -> list[datetime]:
        return [written for _, written in self.bucket.keys(self._stage(stage))]

    def _discard(self, stage: str) -> None:
        names = [name for name, _ in self.bucket.keys(self._stage(stage))]
        self.bucket.delete([self._stage(stage) + name for name in names])


def _written(claim: Claim) -> bytes:
    return json.dumps(vars(claim)).encode()


def _read(content: bytes, name: str) -> Claim:
    try:
        found = json.loads(content)
        return Claim(found["stage"], found["last"])
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{name} is no claim", "bring it back from a copy") from error
