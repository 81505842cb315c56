"""Whether the catalog is the one that earlier runs wrote to."""

from __future__ import annotations

from ckan_api_client.exceptions import NotAuthorized, NotFound, StateError
from ckan_api_client.low_level.flows import show
from ckan_api_client.sources.listing import NOTHING_DONE
from ckan_api_client.syncing.state import Spool
from ckan_api_client.wire.messages import Flow

#: So many of the remembered datasets are looked for before a catalog without any is taken for another one.
_WITNESSES = 20


def check_same_catalog(source: str, catalog_url: str, spool: Spool) -> Flow[None]:
    """Raise StateError where nothing is left of all that is remembered: the catalog was emptied, or is another."""
    if spool.count_listed():
        return
    remembered = [row for row in spool.rows() if row.base_status is not None]
    present = sum(row.base_status == "present" for row in remembered)
    if not present:
        return
    # What the source had withdrawn is in the trash, and a witness, too.
    step = max(1, len(remembered) // _WITNESSES)
    for row in remembered[::step][:_WITNESSES]:
        try:
            yield from show("dataset", row.base_dataset_id or "")
        except NotFound:
            continue
        except NotAuthorized:
            return
        return
    raise StateError(
        f"none of the {present} datasets that earlier runs of {source!r} left in {catalog_url} "
        f"exists any more: {NOTHING_DONE}. If the catalog was emptied or rebuilt on purpose, begin anew with "
        "--forget-state"
    )
