"""A cache gives back what was kept under a name, whole, or nothing; it never grows without end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reports.cache import Cache, clear, prune

KEY = "0f" * 32


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", "origin")


def entry(cache: Cache, key: str = KEY) -> Path:
    return cache.folder / cache.origin / key


def test_an_origin_is_known_once_something_was_kept(cache: Cache) -> None:
    known = [cache.is_known]
    cache.put(KEY, b"drawn")
    assert [*known, cache.is_known] == [False, True]


def test_what_was_kept_comes_back(cache: Cache) -> None:
    assert cache.get(KEY) is None
    cache.put(KEY, b"drawn")
    assert cache.get(KEY) == b"drawn"
    assert cache.get("aa" * 32) is None


def test_another_origin_knows_nothing_of_it(cache: Cache) -> None:
    cache.put(KEY, b"drawn")
    other = Cache(cache.folder, "other")
    assert other.get(KEY) is None
    assert not other.is_known


@pytest.mark.parametrize("at", [0, 40, 64, 65, 69])
def test_a_flipped_byte_makes_it_no_entry(cache: Cache, at: int) -> None:
    cache.put(KEY, b"drawn")
    content = bytearray(entry(cache).read_bytes())
    content[at] ^= 1
    entry(cache).write_bytes(content)
    assert cache.get(KEY) is None
    cache.put(KEY, b"drawn")
    assert cache.get(KEY) == b"drawn"


@pytest.mark.parametrize("length", [0, 1, 64, 65, 69])
def test_a_truncated_entry_is_none(cache: Cache, length: int) -> None:
    cache.put(KEY, b"drawn")
    entry(cache).write_bytes(entry(cache).read_bytes()[:length])
    assert cache.get(KEY) is None


@pytest.mark.parametrize("blocked", ["folder", "origin", "entry"])
def test_a_folder_that_cannot_be_used_keeps_nothing(cache: Cache, blocked: str) -> None:
    if blocked == "entry":
        entry(cache).mkdir(parents=True)
    else:
        place = cache.folder if blocked == "folder" else entry(cache).parent
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"in the way")
    cache.put(KEY, b"drawn")
    assert cache.get(KEY) is None
    prune(cache.folder, 0)
    assert not list(cache.folder.parent.rglob("*.part"))


def test_what_was_used_longest_ago_makes_room(cache: Cache) -> None:
    for number in range(8):
        cache.put(str(number), bytes(1000 - 65))
        os.utime(entry(cache, str(number)), (number, number))
    assert cache.get("0") is not None  # Used now.
    (cache.folder / "old").mkdir()
    (cache.folder / "old" / ".half.1.part").write_bytes(bytes(1000))
    os.utime(cache.folder / "old" / ".half.1.part", (0, 0))
    prune(cache.folder, 9000)
    assert len(list(entry(cache).parent.iterdir())) == 8
    prune(cache.folder, 8000)
    left = {path.name for path in entry(cache).parent.iterdir()}
    assert left == {"0", "3", "4", "5", "6", "7"}
    assert not (cache.folder / "old").exists()


def test_a_cache_makes_room_for_others(cache: Cache, tmp_path: Path) -> None:
    cache.put(KEY, b"drawn")
    Cache(cache.folder, "other").put(KEY, b"drawn")
    (tmp_path / "beside").write_bytes(b"")
    clear(cache.folder)
    assert [path.name for path in tmp_path.iterdir()] == ["beside"]
    clear(cache.folder)  # There is none.


@pytest.mark.slow
def test_processes_that_write_the_same_at_once_leave_it_whole(cache: Cache) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom reports.cache import Cache, prune\n"
        "cache = Cache(Path(sys.argv[1]), 'origin')\n"
        "for turn in range(300):\n"
        "    key = str(turn % 7)\n"
        "    cache.put(key, key.encode() * 20000)\n"
        "    assert cache.get(key) in (None, key.encode() * 20000)\n"
        "    prune(cache.folder, 90000)\n"
    )
    command = [sys.executable, "-c", code, str(cache.folder)]
    running = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert not list(cache.folder.rglob("*.part"))
