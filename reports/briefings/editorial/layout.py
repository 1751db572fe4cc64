"""The blocks in which an editor's notes stand on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from reports.briefings.editorial.values import SCENARIOS
from reports.briefings.prose import compose, strong
from reports.model import Block, Points, Prose, Text


def notes_of(passages: Sequence[tuple[bool, str]], author: str) -> tuple[Block, ...]:
    """Return notes under a section as blocks; passages are marked, each told to be an item or not.

    The author's name leads every paragraph and stands over every list.
    """
    blocks: list[Block] = []
    for is_list, group in groupby(passages, key=lambda passage: passage[0]):
        marked = [text for _, text in group]
        if is_list:
            items = tuple(compose(text) for text in marked)
            blocks.append(Points(f"Note by {author}", items, "full"))
        else:
            lead = strong(f"Note by {author}.")
            blocks.append(Prose(tuple(compose(f"{lead} {text}") for text in marked)))
    return tuple(blocks)


def titled(lists: Mapping[str, tuple[Text, ...]], author: str) -> tuple[Block, ...]:
    """Return scenarios and what would change our view, side by side where there are both."""
    names = {SCENARIOS: "Scenarios"}
    return tuple(
        Points(
            f"{names.get(key, 'What would change our view')}, by {author}",
            items,
            "half" if len(lists) > 1 else "full",
        )
        for key, items in lists.items()
    )
