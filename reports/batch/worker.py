"""What a worker of a batch does: read the dataset once, then make one edition after another.

It hands back bytes and writes nothing. Before it makes anything it holds its own code, templates,
libraries and dataset against those of whoever asks: other inputs would be other bytes.
"""

from __future__ import annotations

import atexit
import gc
import hashlib
import platform
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

from reports import digest, drafts, pipeline
from reports.batch.outcomes import EditionRequest
from reports.errors import ReportsError
from reports.pipeline import BuildRequest
from reports.resources import templates_dir

if TYPE_CHECKING:
    from reports.dataset import Dataset
    from reports.rendering.typesetting import Typesetter


@dataclass(frozen=True)
class Inputs:
    """All that decides the bytes of an edition but its day and variant."""

    seal: str
    parts: tuple[tuple[str, str], ...]
    """The digest of each part by its name, to say which of them differs."""


@dataclass(frozen=True)
class Job:
    """An edition to make, from which dataset, and what it has to be made with."""

    data: Path
    request: EditionRequest
    inputs: Inputs


@dataclass(frozen=True)
class Done:
    """The bytes of an edition by form, with what there is to say of it."""

    built: drafts.Built
    contents: Mapping[str, bytes]
    seconds: float


@dataclass(frozen=True)
class Stopped:
    """Why an edition could not be made."""

    reason: str
    hint: str = ""
    trace: str = ""


@dataclass(frozen=True)
class Unfit:
    """Why this worker can make no edition at all: no dataset it can read, or other inputs."""

    error: ReportsError


Answer = Done | Stopped | Unfit

_ONE_AT_A_TIME = Lock()
"""A worker of a cluster may have several threads; the libraries that draw want one."""


def inputs_of(data: Path) -> Inputs:
    """Return what this process would make editions of a dataset with."""
    parts = digest.input_digests(data, templates_dir())
    libraries = hashlib.sha256(repr(sorted(digest.installed_packages())).encode()).hexdigest()
    parts |= {"Python": sys.version, "libraries": libraries}
    return Inputs(digest.inputs_digest((data, templates_dir())), tuple(sorted(parts.items())))


def work(job: Job) -> Answer:
    """Make an edition in this process; whatever goes wrong is an answer."""
    with _ONE_AT_A_TIME:
        start = perf_counter()
        try:
            dataset = _dataset(job.data, job.inputs)
        except ReportsError as error:
            return Unfit(error)
        except OSError as error:
            hint = "every worker needs the dataset under the same path"
            return Unfit(ReportsError(f"{_here()} cannot read {job.data}: {error}", hint))
        try:
            built, contents = _make(dataset, job)
            return Done(built, contents, perf_counter() - start)
        except ReportsError as error:
            return Stopped(error.message, error.hint)
        except Exception as error:  # noqa: BLE001 - one edition must not end the others
            return Stopped(f"{type(error).__name__}: {error}", trace=traceback.format_exc())
        finally:
            gc.collect()  # Pages are full of cycles: they would pile up until chance collects them.


@lru_cache(maxsize=1)
def _dataset(data: Path, inputs: Inputs) -> Dataset:
    """Return the dataset, read once; raise ReportsError where this worker has other inputs."""
    _require_equal(inputs, inputs_of(data))
    from reports import drawings
    from reports.dataset import load_dataset

    drawings.Studio().prepare()
    dataset = load_dataset(data)
    # What has been imported stays for good: no collection between editions need look at it.
    gc.disable()
    gc.collect()
    gc.freeze()
    return dataset


@lru_cache(maxsize=1)
def _typesetter() -> Typesetter:
    """Return the one typesetter of this process, whose fonts go when it ends."""
    from reports.rendering.typesetting import LocalTypesetter

    typesetter = LocalTypesetter()
    atexit.register(typesetter.close)
    return typesetter


def _require_equal(wanted: Inputs, own: Inputs) -> None:
    if wanted == own:
        return
    mine = dict(own.parts)
    names = [name for name, seal in wanted.parts if mine.get(name) != seal]
    raise ReportsError(
        f"the worker {_here()} would make other bytes: its {', '.join(names) or 'inputs'} "
        f"{'is' if len(names) == 1 else 'are'} not the same",
        "give every worker the same checkout, locked packages and dataset; or the dataset was "
        "changed while the batch ran: start it again",
    )


def _here() -> str:
    return f"on {platform.node()}"


def _make(dataset: Dataset, job: Job) -> pipeline.Made:
    from reports import forms
    from reports.timing import Stopwatch
    from reports.workers import crew

    asked = job.request
    request = BuildRequest(
        job.data, Path(), asked.as_of, asked.formats, processes=False, variant=asked.variant
    )
    with crew(processes=False) as team:
        makers = forms.hire(team, asked.formats, typesetter=_typesetter())
        view = dataset.as_of(asked.as_of)
        return pipeline.make_from(dataset, view, request, makers, Stopwatch())
