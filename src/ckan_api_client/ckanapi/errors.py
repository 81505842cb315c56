"""The errors of ckanapi, with its names, attributes and texts, and two more.

```
CkanError                       of this package
├── ServerIncompatibleError     an API that is not CKAN's
└── CKANAPIError                wrong use; an answer that cannot be read        .extra_msg
    ├── NotAuthorized           its text is the error that CKAN sent
    ├── NotFound
    ├── ValidationError         its text is the error that CKAN sent            .error_dict
    ├── SearchQueryError
    ├── SearchError
    ├── SearchIndexError
    ├── NoAnswer(OSError)       no answer came: ckanapi lets requests' error through    .outcome
    └── NoLocalCKAN(ImportError)
```

They stay these classes where CKAN can be imported, too, in which case ckanapi raises CKAN's own.
"""

from __future__ import annotations

from typing import Any

from ckan_api_client.exceptions import CkanError, Outcome

__all__ = [
    "CKANAPIError",
    "NoAnswer",
    "NoLocalCKAN",
    "NotAuthorized",
    "NotFound",
    "SearchError",
    "SearchIndexError",
    "SearchQueryError",
    "ServerIncompatibleError",
    "ValidationError",
]


class ServerIncompatibleError(CkanError):
    """The server has an API, and it is not CKAN's."""


class CKANAPIError(CkanError):
    """A call that cannot be made, or an answer that says none of the things below: `repr([url, status, text])`."""

    def __init__(self, extra_msg: Any = None) -> None:
        super().__init__(extra_msg)
        self.extra_msg = extra_msg

    def __str__(self) -> str:
        return str(self.extra_msg)


class NotAuthorized(CKANAPIError):
    """The caller may not do this. `extra_msg` is the error that CKAN sent."""


class NotFound(CKANAPIError):
    """There is no such object, or it is deleted. `extra_msg` is what CKAN says of it."""

    def __str__(self) -> str:
        return "" if self.extra_msg is None else str(self.extra_msg)


class ValidationError(CKANAPIError):
    """The data is wrong. `error_dict` is the error that CKAN sent: fields and what is wrong with them."""

    def __init__(self, error_dict: Any = None) -> None:
        super().__init__(error_dict)
        self.error_dict = error_dict

    def __str__(self) -> str:
        return repr(self.error_dict)


class SearchQueryError(CKANAPIError):
    """The search engine does not understand the query."""


class SearchError(CKANAPIError):
    """The search engine refused the query, or could not be reached."""


class SearchIndexError(CKANAPIError):
    """The search index could not be written."""


class NoAnswer(CKANAPIError, OSError):
    """No answer came: refused, timed out, cut.

    `outcome` tells whether the call may have had an effect. Where ckanapi lets an error of requests through, which
    is an OSError, too, this comes.
    """

    def __init__(self, extra_msg: Any = None, outcome: Outcome = Outcome.UNKNOWN) -> None:
        super().__init__(extra_msg)
        self.outcome = outcome


class NoLocalCKAN(CKANAPIError, ImportError):
    """There is no CKAN in this process. ckanapi raises ImportError."""
