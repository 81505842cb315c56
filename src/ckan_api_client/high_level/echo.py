"""What CKAN answered to a write, held against what it was sent."""

from __future__ import annotations

import warnings

from ckan_api_client.exceptions import BadApiWarning, OperationFailure
from ckan_api_client.quirks.equivalence import Differences


def report(what: str, differences: Differences, *, strict: bool) -> None:
    """Tell, as a warning or (if `strict`) as OperationFailure, what CKAN changed or dropped of what it was sent."""
    if not differences:
        return
    told = "; ".join(f"{path}: sent {sent!r:.200}, got {got!r:.200}" for path, (sent, got) in differences.items())
    message = f"{what}: CKAN changed or dropped what it was sent: {told}"
    if strict:
        raise OperationFailure(message)
    warnings.warn(message, BadApiWarning, stacklevel=2)
