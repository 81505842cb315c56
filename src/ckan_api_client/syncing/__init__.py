"""The synchronization client: make a catalog match a source, and nothing else."""

from ckan_api_client.syncing.clients import AsyncSynchronizationClient, SynchronizationClient
from ckan_api_client.syncing.report import Did, Outcome, Report

__all__ = ["AsyncSynchronizationClient", "Did", "Outcome", "Report", "SynchronizationClient"]
