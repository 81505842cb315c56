"""Every error that this package raises.

```
CkanError
├── TransportError            no answer came                      .outcome .errors
├── HTTPError                 CKAN refused                        .status_code .message .original
│   ├── NotAuthorized         401, 403; a token that CKAN does not know
│   ├── NotFound              404; or deleted, or (without a token) private
│   ├── ValidationError       409: the data is wrong              .errors
│   │   └── NameTaken         ... because the name is in use
│   ├── RateLimited           429                                 .retry_after
│   ├── SearchError           the search engine refused or is away
│   └── ServerError           5xx
├── BadApiError               the answer is not what CKAN promises
├── OperationFailure          CKAN said yes and did something else; or someone else was faster
├── Unsendable                the arguments are no JSON (and ValueError): nothing was sent
├── UnsafePlan                the plan would delete or change too much      .reasons
├── StalePlan                 the plan is altered, outdated, or of something else
├── EditConflict              both sides changed a value, and that shall stop   .conflicts
├── StateError                what earlier runs remembered cannot be read, written or used
└── SourceError               the data to import is wrong         .file .line .key
BadApiWarning(UserWarning)    CKAN changed or dropped what was sent
```

It knows no HTTP library, no request and no object: only plain values.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Self

__all__ = [
    "BadApiError",
    "BadApiWarning",
    "CkanError",
    "EditConflict",
    "HTTPError",
    "NameTaken",
    "NotAuthorized",
    "NotFound",
    "OperationFailure",
    "Outcome",
    "RateLimited",
    "SearchError",
    "ServerError",
    "SourceError",
    "StalePlan",
    "StateError",
    "TransportError",
    "UnsafePlan",
    "Unsendable",
    "ValidationError",
]


class Outcome(Enum):
    """What is known of a request's effect on the server.

    APPLIED: done. REJECTED: refused, nothing happened. NOT_SENT: the server never saw it, sending again is free.
    UNKNOWN: it may have happened; read before sending again.
    """

    APPLIED = "applied"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    NOT_SENT = "not sent"


class CkanError(Exception):
    """Whatever this package raises on purpose is one of these."""


class TransportError(CkanError):
    """No answer came: refused, timed out, cut.

    `outcome` tells whether the request may have had an effect: NOT_SENT or UNKNOWN.
    `errors` holds the message of every attempt, oldest first.
    """

    def __init__(self, message: str, outcome: Outcome = Outcome.UNKNOWN, errors: tuple[str, ...] = ()) -> None:
        super().__init__(message, outcome, errors or (message,))

    @property
    def message(self) -> str:
        return str(self.args[0])

    @property
    def outcome(self) -> Outcome:
        outcome: Outcome = self.args[1]
        return outcome

    @property
    def errors(self) -> tuple[str, ...]:
        errors: tuple[str, ...] = self.args[2]
        return errors

    def after(self, earlier: tuple[str, ...], outcome: Outcome) -> Self:
        """Return the same error as the last of several: with their messages before its own, and their outcome."""
        return type(self)(self.message, outcome, (*earlier, *self.errors))

    def __str__(self) -> str:
        if len(self.errors) == 1:
            return self.message
        return f"{self.message} ({len(self.errors)} attempts)"


class HTTPError(CkanError):
    """CKAN answered, and refused.

    `status_code` is HTTP's; `message` says what was asked and why it was refused; `original` is what CKAN sent
    (the `error` object of its answer), or the exception that this one stands for, or None.
    `str()` reads as it did in the 2014 client, whatever the subclass.
    """

    def __init__(self, status_code: int, message: str, original: Any = None) -> None:
        super().__init__(status_code, message, original)

    @property
    def status_code(self) -> int:
        return int(self.args[0])

    @property
    def message(self) -> str:
        return str(self.args[1])

    @property
    def original(self) -> Any:
        return self.args[2]

    def __str__(self) -> str:
        return f"HTTPError({self.status_code!r}, {self.message!r}, original={self.original!r})"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.status_code!r}, {self.message!r}, original={self.original!r})"


class NotAuthorized(HTTPError):
    """The caller may not do this; or its token is wrong, expired or revoked (CKAN itself says nothing of those)."""


class NotFound(HTTPError):
    """There is no such object; or it is deleted; or, for a caller without a token, it is private."""


class ValidationError(HTTPError):
    """The data is wrong. `errors` maps each field to what CKAN says of it, as CKAN sent it."""

    @property
    def errors(self) -> dict[str, Any]:
        if not isinstance(self.original, dict):
            return {}
        # A plain text under `message` is about no field; a list is how CKAN 2.9 wraps what package_revise refuses.
        return {
            key: value
            for key, value in self.original.items()
            if key != "__type" and not (key == "message" and isinstance(value, str))
        }


class NameTaken(ValidationError):
    """The name belongs to something else, which may be deleted, private, or invisible to the caller."""


class RateLimited(HTTPError):
    """Too many requests. `retry_after`: seconds the server asked for, or None."""

    def __init__(self, status_code: int, message: str, original: Any = None, retry_after: float | None = None) -> None:
        super().__init__(status_code, message, original)
        self.retry_after = retry_after


class SearchError(HTTPError):
    """The search engine refused the query, or could not be reached."""


class ServerError(HTTPError):
    """5xx: the server failed. A write may have happened all the same."""


class BadApiError(CkanError):
    """The answer is not what CKAN promises: an HTML page, a missing result, another type, another object."""


class OperationFailure(CkanError):
    """CKAN said yes and did something else, or someone else changed the same thing meanwhile."""


class Unsendable(CkanError, ValueError):
    """The arguments of a call cannot be written as JSON: NaN, half of a surrogate pair, too deep. Nothing was sent."""


class UnsafePlan(CkanError):
    """The plan would delete or change more than is allowed without a word. Nothing was written.

    `reasons`: one for each guard that it violates, with the option that lifts it. `plan`: what would be done.
    """

    def __init__(self, reasons: tuple[str, ...], plan: Any = None) -> None:
        super().__init__(reasons)
        self.plan = plan

    @property
    def reasons(self) -> tuple[str, ...]:
        reasons: tuple[str, ...] = self.args[0]
        return reasons

    def __str__(self) -> str:
        return "; ".join(self.reasons)


class StalePlan(CkanError):
    """The plan must not be applied: it is none, or altered, or outdated, or made for something else."""


class EditConflict(CkanError):
    """Source and catalog changed the same values, and the caller asked that this stops the run. Nothing was written.

    `conflicts` holds each of them, with both values; `plan`, what would be done.
    """

    def __init__(self, conflicts: tuple[Any, ...], plan: Any = None) -> None:
        super().__init__(conflicts)
        self.plan = plan

    @property
    def conflicts(self) -> tuple[Any, ...]:
        conflicts: tuple[Any, ...] = self.args[0]
        return conflicts

    def __str__(self) -> str:
        number = len(self.conflicts)
        many = f"{number} values were" if number != 1 else "1 value was"
        return f"{many} changed both in the source and in the catalog: decide which side wins (on_conflict)"


class StateError(CkanError):
    """The local state cannot be used: another run has it, it is another source's, it cannot be read, or not written."""


class SourceError(CkanError):
    """The data to import cannot be read. `file`, `line` (from 1) and `key` name the place, where known."""

    def __init__(self, message: str, *, file: str = "", line: int | None = None, key: str = "") -> None:
        super().__init__(message)
        self.file = file
        self.line = line
        self.key = key

    def __str__(self) -> str:
        line = "" if self.line is None else f":{self.line}" if self.file else f"line {self.line}"
        place = self.file + line + (f" [{self.key}]" if self.key else "")
        return f"{place}: {self.args[0]}" if place else str(self.args[0])


class BadApiWarning(UserWarning):
    """CKAN changed or dropped something that was sent; the message names the field, what was sent, what came back."""
