"""The synchronization client: make a catalog match a source, and nothing else."""

from ckan_api_client.syncing.clients import AsyncSynchronizationClient, SynchronizationClient
from ckan_api_client.syncing.diagnosing import Check, Diagnosis, Finding, Severity
from ckan_api_client.syncing.guards import Limits, Share
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.syncing.report import Did, Interrupted, Outcome, Report

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
