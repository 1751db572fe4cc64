"""The intake: rows from files or from a provider, read, planned, checked and written."""

from reports.intake.adding import Addition, Read, files_reader, prepare, write
from reports.intake.rows import KINDS, Batch, Change, Incoming, Plan

__all__ = [
    "KINDS",
    "Addition",
    "Batch",
    "Change",
    "Incoming",
    "Plan",
    "Read",
    "files_reader",
    "prepare",
    "write",
]
