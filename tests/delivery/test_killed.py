"""Killed at any moment, and begun anew: nobody gets a second copy, and nobody is forgotten."""

from __future__ import annotations

import os
import random  # noqa: TID251 — the moments of kills; a failure names its seed.
import signal
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable

import pytest

from reports import cli
from tests.delivery.office import Office, many
from tests.delivery.policy import greylisting
from tests.delivery.postfix import PASSWORD, post_office, why_not
from tests.delivery.server import mailroom

pytestmark = pytest.mark.slow
READERS = int(os.environ.get("KILLED_READERS", "300"))
KILLS = int(os.environ.get("KILLED_TIMES", "50"))


def start(*words: str) -> int:
    """Run the command line in a child; return its process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # A fork beside the threads of the server.
        child = os.fork()
    if child == 0:
        status = 99
        try:
            silent = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(silent, stream)
            sys.argv = ["reports", *words]
            status = cli.run()
        finally:
            os._exit(status)
    return child


def kill_after(child: int, reached: Callable[[], bool], pause: float) -> bool:
    """Kill a child a moment after something was reached; tell whether it was still running."""
    end = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < end
        done, _ = os.waitpid(child, os.WNOHANG)
        if done:
            return False
        time.sleep(0.0005)
    time.sleep(pause)  # The moment itself is what is drawn at random.
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def faults(stage: str, address: str, count: int) -> str | None:
    """Answer as a bad day does, by the number of the reader."""
    number = int("".join(filter(str.isdigit, address)) or 0) % 10
    if stage == "rcpt" and number == 1:
        return "550 5.1.1 no such user"
    if stage == "rcpt" and number == 3 and count <= 2:
        return "451 4.7.1 greylisted"
    if stage == "rcpt" and number == 5 and count == 1:
        return "drop"
    if stage == "body" and number == 7:
        return "drop"
    return None


def test_fifty_kills_and_every_fault_make_no_second_copy(office: Office) -> None:
    seed = random.randrange(1 << 30)
    drawn = random.Random(seed)
    readers = list(many(READERS))
    office.recipients(*readers)
    kills = 0
    with mailroom(script=faults) as room:
        office.settings(room.port)
        while kills < KILLS:
            wanted = len(room.taken) + drawn.randrange(0, READERS // KILLS)
            reached = room.connections

            def far_enough(wanted: int = wanted, reached: int = reached) -> bool:
                return room.connections > reached and len(room.taken) >= wanted

            if not kill_after(start("send"), far_enough, drawn.uniform(0, 0.003)):
                break
            kills += 1
        said = office.run("send", "--json")
    assert said.status == 6, said.err
    statuses = office.statuses()
    copies = Counter(address for address, _ in room.taken)
    assert set(statuses) == set(readers), seed
    assert max(copies.values()) == 1, (seed, copies.most_common(3))
    for reader in readers:
        copy = copies[reader]
        allowed = {"accepted"} if copy else {"refused"}
        assert statuses[reader] in allowed | {"unknown"}, (seed, reader)
    counted = Counter(statuses.values())
    refused = {reader for reader, status in statuses.items() if status == "refused"}
    assert refused == {reader for reader in readers if "1@" in reader}
    assert counted["unknown"] <= READERS // 10 + KILLS, seed
    assert said.json["unknown"] == counted["unknown"]
    assert kills >= KILLS * 0.6, (kills, seed)


def test_runs_at_once_make_one_copy_each(office: Office) -> None:
    readers = list(many(40))
    office.recipients(*readers)
    with mailroom() as room:
        office.settings(room.port)
        ended = [os.waitpid(child, 0)[1] for child in [start("send") for _ in range(4)]]
        assert office.run("send").status == 0
    statuses = {os.waitstatus_to_exitcode(status) for status in ended}
    assert 0 in statuses
    assert statuses <= {0, 6}  # Whoever came second was told that another run is sending.
    assert room.addresses == sorted(readers)


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_kills_make_no_second_copy_in_real_mailboxes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORTS_SMTP_PASSWORD", PASSWORD)
    seed = random.randrange(1 << 30)
    drawn = random.Random(seed)
    readers = [f"reader{number}@test.example" for number in range(60)]
    readers += ["grey@test.example", "deny@test.example"]
    office.recipients(*readers)
    ledger = office.folder / "output" / "state" / "deliveries.sqlite-wal"
    kills = 0
    with greylisting() as policy, post_office(policy) as server:
        office.settings(
            None,
            server=f"smtp://localhost:{server.ports['smtp']}",
            user="reports@test.example",
            ca=str(server.ca),
            retry_after=0,
        )
        for _ in range(8):
            before = ledger.stat().st_mtime_ns if ledger.exists() else 0

            def begun(before: int = before) -> bool:
                return ledger.exists() and ledger.stat().st_mtime_ns > before

            kills += kill_after(start("send"), begun, drawn.uniform(0, 0.1))
        said = office.run("send", "--json")
        server.wait_until_delivered()
        copies = server.copies()
    rows = office.run("deliveries", "--json").json["deliveries"]
    assert {row["address"] for row in rows} == set(readers)
    assert kills > 3
    assert {*copies.values()} == {1}, seed
    for row in rows:
        count = copies[row["message_id"]]
        wanted = {"accepted": {1}, "refused": {0}, "unknown": {0, 1}}[row["status"]]
        assert count in wanted, (seed, row)
    assert said.json["refused"] == 1
