"""Refusals of the embedded CKAN, each with the status and the `__type` that CKAN gives it. Knows nothing else."""

from collections.abc import Mapping
from typing import Any


class CkanFailure(Exception):
    """An action refused. `detail` becomes `error` in the answer: a mapping as it is, a string as its `message`."""

    status = 500
    type_ = "Internal Server Error"

    def __init__(self, detail: Mapping[str, Any] | str) -> None:
        super().__init__(detail)
        self.detail = detail

    def body(self) -> dict[str, Any]:
        if isinstance(self.detail, str):
            return {"__type": self.type_, "message": self.detail}
        return {**self.detail, "__type": self.type_}


class ValidationFailure(CkanFailure):
    """409. `detail` is CKAN's dict of errors: field → list of messages, or deeper."""

    status = 409
    type_ = "Validation Error"


class NotFoundFailure(CkanFailure):
    """404. CKAN writes "Not found: " before the detail, except where there is none ("Not found")."""

    status = 404
    type_ = "Not Found Error"

    def body(self) -> dict[str, Any]:
        return {"__type": self.type_, "message": f"Not found: {self.detail}" if self.detail else "Not found"}


class NotAuthorizedFailure(CkanFailure):
    """403. CKAN writes "Access denied: " before the detail."""

    status = 403
    type_ = "Authorization Error"

    def body(self) -> dict[str, Any]:
        return {"__type": self.type_, "message": f"Access denied: {self.detail}" if self.detail else "Access denied"}


class IntegrityFailure(CkanFailure):
    """400. The arguments have the wrong shape; CKAN sends them back, as `data`."""

    status = 400
    type_ = "Integrity Error"

    data: Any = None  # the arguments, once they are known

    def body(self) -> dict[str, Any]:
        return {"__type": self.type_, "message": self.detail, "data": self.data}


class InvalidParameter(CkanFailure):
    """400. A parameter of package_search that is not known, or cannot be read."""

    status = 400
    type_ = "Search Query Error"


class SearchSyntaxError(CkanFailure):
    """409. Solr could not read q, fq or sort."""

    status = 409
    type_ = "Search Error"


class SearchIndexFailure(CkanFailure):
    """500. Solr did not take a document: nothing of the write is kept."""

    type_ = "Search Index Error"


class SearchConnectionFailure(CkanFailure):
    """500. No Solr answers."""

    type_ = "Search Connection Error"


class InternalFailure(CkanFailure):
    """500. CKAN itself breaks here: see docs/quirks.md."""


class NotImplementedHere(CkanFailure):
    """501. A real CKAN would do it, the embedded one does not, and says so rather than be silently wrong."""

    status = 501
    type_ = "Not Implemented by the embedded CKAN"


class BadRequest(Exception):
    """400 with a bare JSON string: what CKAN says to a request it cannot even take apart."""


class HtmlFailure(Exception):
    """An HTML page, as Flask and proxies send it."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(f"{status} {title}")
        self.status = status
        self.title = title
