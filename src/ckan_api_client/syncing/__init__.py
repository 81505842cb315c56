"""The synchronization client: make a catalog match a source, and nothing else."""

from typing import TYPE_CHECKING

from ckan_api_client.syncing.clients import AsyncSynchronizationClient, SynchronizationClient
from ckan_api_client.syncing.guards import Limits, Share
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.syncing.report import Did, Interrupted, Outcome, Report

if TYPE_CHECKING:
    from ckan_api_client.syncing.diagnosing import Check, Diagnosis, Finding, Severity

__all__ = [
    "AsyncSynchronizationClient",
    "Check",
    "Diagnosis",
    "Did",
    "Finding",
    "Interrupted",
    "Limits",
    "Outcome",
    "Plan",
    "Report",
    "Severity",
    "Share",
    "SynchronizationClient",
]


def __getattr__(name: str) -> object:
    """Return what a diagnosis is made of; no sync needs it, so it is imported when it is asked for."""
    if name not in {"Check", "Diagnosis", "Finding", "Severity"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ckan_api_client.syncing import diagnosing  # noqa: PLC0415 - see above

    found: object = getattr(diagnosing, name)
    return found
