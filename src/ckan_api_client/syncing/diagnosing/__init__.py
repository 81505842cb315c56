"""Looking a source and its catalog over: what is not as it should be, why that matters, and how to repair it.

It writes nothing, neither to the catalog nor to the local state.
"""

from ckan_api_client.syncing.diagnosing.examining import Examination
from ckan_api_client.syncing.diagnosing.finding import Check, Diagnosis, Finding, Item, Severity

__all__ = ["Check", "Diagnosis", "Examination", "Finding", "Item", "Severity"]
