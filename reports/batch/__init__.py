"""Many editions at once: on the cores of one machine, or on a cluster by the same interface."""

from reports.batch.outcomes import Built, EditionRequest, Failed, Outcome, Unchanged, days_between
from reports.batch.run import BatchRequest, run_batch

__all__ = [
    "BatchRequest",
    "Built",
    "EditionRequest",
    "Failed",
    "Outcome",
    "Unchanged",
    "days_between",
    "run_batch",
]
