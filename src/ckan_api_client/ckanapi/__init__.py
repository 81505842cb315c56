"""What users import from ckanapi, on the low-level client of this package: change the import, and nothing else.

`docs/coming-from-ckanapi.md` says what differs.
"""

from ckan_api_client.ckanapi.errors import (
    CKANAPIError,
    NoAnswer,
    NoLocalCKAN,
    NotAuthorized,
    NotFound,
    SearchError,
    SearchIndexError,
    SearchQueryError,
    ServerIncompatibleError,
    ValidationError,
)
from ckan_api_client.ckanapi.localckan import LocalCKAN
from ckan_api_client.ckanapi.remoteckan import RemoteCKAN
from ckan_api_client.ckanapi.testappckan import TestAppCKAN

__all__ = [
    "CKANAPIError",
    "LocalCKAN",
    "NoAnswer",
    "NoLocalCKAN",
    "NotAuthorized",
    "NotFound",
    "RemoteCKAN",
    "SearchError",
    "SearchIndexError",
    "SearchQueryError",
    "ServerIncompatibleError",
    "TestAppCKAN",
    "ValidationError",
]
