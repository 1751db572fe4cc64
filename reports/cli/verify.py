"""`reports verify`: prove that the archive, or a file from it, is as it was published."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reports.cli.shared import (
    archive_of,
    archive_option,
    data_folder,
    data_option,
    json_option,
    output_option,
    print_json,
    progress,
    quieten_libraries,
    say,
    settings_of,
)
from reports.errors import ArchiveError, Problem, UsageError

if TYPE_CHECKING:
    from datetime import date

    from reports.archive.editions import Found
    from reports.archive.ledger import Entry
    from reports.archive.rebuilding import Rebuilt
    from reports.archive.store import ArchiveStore
    from reports.archive.verifying import Verdict
    from reports.config import Settings

MOST_NAMED = 8
"""Rows and files that one line names; the first tell enough."""


@click.command("verify")
@click.argument("places", metavar="[DATE|FILE]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Verify every edition.")
@click.option("--rebuild", is_flag=True, help="Build every revision again and compare.")
@data_option
@output_option
@archive_option
@json_option
def command(
    places: tuple[str, ...], everything: bool, rebuild: bool, as_json: bool, **flags: Any
) -> None:
    """Prove that editions are as they were published, or say which edition a FILE is of."""
    settings = settings_of(flags)
    store = archive_of(settings)
    days, files = _sorted_out(places)
    if everything == bool(places) or (files and (days or rebuild)):
        raise UsageError(
            "verify takes either days, or files, or --all",
            "for example `reports verify 2025-06-09`; --rebuild goes with days and with --all",
        )
    if files:
        _verify_files(store, files, as_json)
    else:
        _verify_archive(settings, None if everything else days, rebuild, as_json)


def _sorted_out(places: tuple[str, ...]) -> tuple[list[date], list[Path]]:
    from reports.config import day_of

    days: list[date] = []
    files: list[Path] = []
    for place in places:
        try:
            days.append(day_of(place))
        except ValueError as error:
            if not Path(place).is_file():
                hint = "name days such as 2025-06-09, or files"
                raise UsageError(f"{place!r} is no day and no file", hint) from error
            files.append(Path(place))
    return days, files


def _verify_files(store: ArchiveStore, files: list[Path], as_json: bool) -> None:
    from reports.archive.editions import find_file

    found = [find_file(store, _content(file), str(file)) for file in files]
    if as_json:
        described = [_file(file, each) for file, each in zip(files, found, strict=True)]
        print_json({"status": "found", "files": described})
        return
    for file, each in zip(files, found, strict=True):
        act = each.manifest.act
        say(f"{file} is {each.file.name} of {each.manifest.revision}, published {_by(act)}.")
        for same in each.unchanged:
            say(f"{same.revision} has it unchanged, {_by(same.act)}: {same.act.reason}")
        for later in each.corrections:
            say(f"It was corrected by {later.revision}, {_by(later.act)}: {later.act.reason}")
        if not each.corrections:
            say("It has not been corrected since.")


def _by(act: Any) -> str:
    return f"{act.at} by {act.by}"


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{file} cannot be read: {reason}", "see who may read it") from error


def _file(file: Path, found: Found) -> dict[str, Any]:
    return {
        "file": str(file),
        "name": found.file.name,
        "as_of": found.manifest.revision.as_of,
        "revision": found.manifest.revision.number,
        "published": vars(found.manifest.act),
        "unchanged": _acts(found.unchanged),
        "corrections": _acts(found.corrections),
    }


def _acts(entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    return [{"revision": each.revision.number, **vars(each.act)} for each in entries]


def _verify_archive(
    settings: Settings, days: list[date] | None, rebuild: bool, as_json: bool
) -> None:
    from reports.archive.editions import chosen
    from reports.archive.site import site_damage
    from reports.archive.verifying import verify

    store = archive_of(settings)
    verdict = verify(store, days)
    for day in days or ():
        known = (*verdict.editions, *(entry.revision for entry in verdict.pruned))
        if day not in {revision.as_of for revision in known}:
            chosen(store, day)  # It raises what there is to say.
    _require_intact(verdict, store, as_json)
    # Other code or templates would make other pages too, and that is when a rebuild is asked for.
    pages = tuple(site_damage(store, settings.site_url, days))
    if not as_json:
        _print_damage(pages)
    rebuilt = _rebuilt(settings, verdict, as_json) if rebuild else []
    if not as_json:
        for each in rebuilt:
            say("\n".join(_compared(each)))
    _require_same(pages, rebuilt)
    if as_json:
        print_json(_described(verdict, rebuilt))
    else:
        _print(verdict)


def _require_intact(verdict: Verdict, store: ArchiveStore, as_json: bool) -> None:
    """Print every damage and raise ArchiveError, or return."""
    if not verdict.editions and not verdict.entries:
        hint = "publish an edition, or name the archive with --archive or --output"
        raise ArchiveError(f"there is no archive in {store.where('')}", hint)
    if not as_json:
        _print_damage(verdict.problems)
    if verdict.problems:
        hint = "bring back from a copy what is named; docs/archive.md tells more"
        raise ArchiveError(f"the archive has {_counted(verdict.problems)}", hint, verdict.problems)


def _require_same(pages: tuple[Problem, ...], rebuilt: list[Rebuilt]) -> None:
    """Raise ArchiveError where a page is damaged, or a revision is not built again as it was."""
    differing = tuple(_difference(each) for each in rebuilt if not each.is_same)
    said, hints = [], []
    if pages:
        said.append(f"the pages of the archive have {_counted(pages)}")
        hints.append("editions and ledger are intact; `reports index` makes the pages anew")
    if differing:
        said.append(
            f"{len(differing)} of {len(rebuilt)} revisions are not built again as they were"
        )
        hints.append("what was changed since is named with each of them")
    if said:
        raise ArchiveError("; ".join(said), "; ".join(hints), pages + differing)


def _print_damage(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        say(f"damage: {problem}")


def _counted(problems: tuple[Problem, ...]) -> str:
    return "1 damage" if len(problems) == 1 else f"{len(problems)} damages"


def _print(verdict: Verdict) -> None:
    revisions = len(verdict.editions)
    say(f"{revisions} {'revision' if revisions == 1 else 'revisions'} and the ledger are intact.")
    for entry in verdict.pruned:
        say(f"{entry.revision} was pruned {_by(entry.act)}: {entry.act.reason}")
    say("The pages are what the archive makes them.")
    if verdict.head:
        say(f"The newest of {verdict.entries} entries has the sha256 {verdict.head}.")


def _rebuilt(settings: Settings, verdict: Verdict, as_json: bool) -> list[Rebuilt]:
    from reports.archive.editions import manifest_of
    from reports.archive.rebuilding import AtHand, rebuild

    quieten_libraries()
    at_hand, store = AtHand(data_folder(settings)), archive_of(settings)
    # The client of a far store has threads by now, beside which nothing is to be forked.
    processes = settings.parallel and hasattr(os, "fork") and store.at_once == 1
    found: list[Rebuilt] = []
    with progress(as_json) as tell:
        for revision in verdict.editions:
            manifest = manifest_of(store, revision)
            # Only the first is built in processes: forks are small while nothing is imported.
            first = processes and not found
            found.append(rebuild(store, manifest, at_hand, processes=first, tell=tell))
    return found


def _compared(rebuilt: Rebuilt) -> list[str]:
    """Return what is printed of a revision: how it was built, what the dataset says since."""
    revision = rebuilt.manifest.revision
    built = f"{revision}: is built again, byte for byte"
    told = f"note: {revision}: the dataset at hand has"
    since = _shortened(rebuilt.since)
    return [
        built if rebuilt.is_same else str(_difference(rebuilt)),
        *(f"{told} {x}" for x in since),
    ]


def _difference(rebuilt: Rebuilt) -> Problem:
    if rebuilt.refused:
        said = [f"cannot be built again: {rebuilt.refused}"]
    else:
        said = [f"differs in {', '.join(rebuilt.differing)}"]
        said += [f"rows that differ: {', '.join(_shortened(rebuilt.rows))}"] * bool(rebuilt.rows)
    cause = "though templates, fonts, code and libraries are the same"
    if rebuilt.changed:
        cause = f"changed since: {', '.join(_shortened(rebuilt.changed))}"
    return Problem(str(rebuilt.manifest.revision), None, "", "; ".join((*said, cause)))


def _shortened(items: tuple[str, ...]) -> list[str]:
    more = len(items) - MOST_NAMED
    return [*items[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])]


def _described(verdict: Verdict, rebuilt: list[Rebuilt]) -> dict[str, Any]:
    return {
        "status": "intact",
        "editions": [str(revision) for revision in verdict.editions],
        "pruned": [
            {"as_of": e.revision.as_of, "revision": e.revision.number, **vars(e.act)}
            for e in verdict.pruned
        ],
        "entries": verdict.entries,
        "head": verdict.head,
        "rebuilt": [str(each.manifest.revision) for each in rebuilt],
        "since": {str(each.manifest.revision): list(each.since) for each in rebuilt if each.since},
    }
