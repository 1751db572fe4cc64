"""The dataset: series, events and sources of every vintage, read, checked and cut as of a day."""

from reports.dataset.dataset import Dataset, Place, check_dataset, check_tables, load_dataset
from reports.dataset.keeping import RowChange, kept_files, row_changes, view_changes
from reports.dataset.rows import (
    CalendarEvent,
    Control,
    Definition,
    Delegate,
    Feed,
    Impact,
    Meeting,
    Observation,
    SeriesInfo,
    Source,
    StatedChange,
    Statement,
    Tariff,
    TariffLevel,
)
from reports.dataset.view import AsOfView
from reports.dataset.writing import rows_csv

__all__ = [
    "AsOfView",
    "CalendarEvent",
    "Control",
    "Dataset",
    "Definition",
    "Delegate",
    "Feed",
    "Impact",
    "Meeting",
    "Observation",
    "Place",
    "RowChange",
    "SeriesInfo",
    "Source",
    "StatedChange",
    "Statement",
    "Tariff",
    "TariffLevel",
    "check_dataset",
    "check_tables",
    "kept_files",
    "load_dataset",
    "row_changes",
    "rows_csv",
    "view_changes",
]
