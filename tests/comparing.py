"""Say where two long texts part, which pytest takes minutes for."""

from __future__ import annotations


def first_difference(one: str, other: str) -> str:
    """Return the surroundings of the first place where two texts differ; empty where none does."""
    if one == other:
        return ""
    pairs = enumerate(zip(one, other, strict=False))
    place = next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
    return f"{one[max(0, place - 200) : place + 200]} / {other[place : place + 200]}"
