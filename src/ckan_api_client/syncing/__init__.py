"""The synchronization client: make a catalog match a source, and nothing else."""

from ckan_api_client.syncing.clients import AsyncSynchronizationClient, SynchronizationClient
from ckan_api_client.syncing.guards import Limits, Share
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.syncing.report import Did, Interrupted, Outcome, Report

__all__ = [
    "AsyncSynchronizationClient",
    "Did",
    "Interrupted",
    "Limits",
    "Outcome",
    "Plan",
    "Report",
    "Share",
    "SynchronizationClient",
]
