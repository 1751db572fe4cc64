"""Workers answer in order, pass errors on, name a crash and leave no process behind.

Each test runs in a process of its own, because a fork wants a process with one thread.
"""

import subprocess
import sys

import pytest

HEAD = """
import os, signal, sys
from reports.errors import DataError, Problem, RenderError
from reports.workers import crew
log = []
def children():
    try:
        return os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return "none"
"""


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", HEAD + code], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("processes", [True, False])
def test_answers_come_in_the_order_of_the_requests(processes: bool) -> None:
    code = f"""
with crew(processes={processes}) as team:
    double = team.start("doubling", lambda: None, lambda x: x * 2)
    text = team.start("writing", lambda: None, lambda x: "x" * x)
    for number in (1, 2, 3):
        double.ask(number)
    text.ask(3_000_000)
    print([double.answer() for _ in range(3)], len(text.answer()))
print(children())
"""
    assert run(code).split("\n")[:2] == ["[2, 4, 6] 3000000", "none"]


@pytest.mark.parametrize("processes", [True, False])
def test_an_error_arrives_as_itself(processes: bool) -> None:
    code = f"""
def fail(x):
    raise DataError("wrong", "mend it", (Problem("a.csv", 3, "value", "is no number"),))
try:
    with crew(processes={processes}) as team:
        worker = team.start("failing", lambda: None, fail)
        worker.ask(1)
        worker.answer()
except DataError as error:
    print(error.message, error.hint, error.problems[0], children())
"""
    assert run(code) == "wrong mend it a.csv:3 [value]: is no number none\n"


def test_an_unexpected_error_keeps_its_place() -> None:
    code = """
class Odd(Exception):
    def __init__(self, one, two): super().__init__(one)
def a_named_place(x):
    raise Odd("strange", "thing")
try:
    with crew(processes=True) as team:
        worker = team.start("failing", lambda: None, a_named_place)
        worker.ask(1)
        worker.answer()
except RuntimeError as error:
    print(error, "a_named_place" in str(error.__cause__))
"""
    assert run(code) == "Odd: strange True\n"


def test_a_failing_preparation_fails_the_answer() -> None:
    code = """
def prepare():
    raise RenderError("no library", "install it")
try:
    with crew(processes=True) as team:
        worker = team.start("preparing", prepare, lambda x: x)
        worker.ask(1)
        worker.answer()
except RenderError as error:
    print(error.message, error.hint)
"""
    assert run(code) == "no library install it\n"


@pytest.mark.parametrize(
    ("end", "named"),
    [("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"), ("os._exit(7)", "status 7")],
)
def test_a_crash_is_named(end: str, named: str) -> None:
    code = f"""
try:
    with crew(processes=True) as team:
        other = team.start("waiting", lambda: None, lambda x: x)
        worker = team.start("laying out the PDF", lambda: None, lambda x: {end})
        worker.ask("x" * 3_000_000)
        worker.answer()
except RenderError as error:
    print(error.message, children())
"""
    said = run(code)
    assert said.startswith("the process laying out the PDF ")
    assert named in said
    assert said.endswith("none\n")


def test_an_error_in_the_block_ends_busy_workers_at_once() -> None:
    code = """
import time
try:
    with crew(processes=True) as team:
        worker = team.start("sleeping", lambda: None, lambda x: time.sleep(60))
        worker.ask(1)
        raise KeyboardInterrupt
except KeyboardInterrupt:
    print(children())
"""
    assert run(code) == "none\n"
