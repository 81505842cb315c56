"""Dumps: every name of a kind, and one record by its *_show, with what else is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ckan_api_client.bulk.asking import Ask, ask_by_post
from ckan_api_client.bulk.kinds import NOUNS, show_arguments
from ckan_api_client.bulk.replies import FAILURES, Reply, failure
from ckan_api_client.exceptions import BadApiError, HTTPError, RateLimited, ServerError
from ckan_api_client.low_level.flows import list_names
from ckan_api_client.wire.messages import Flow


@dataclass(frozen=True, slots=True)
class Dumping:
    """What a dump holds of each thing of a kind."""

    kind: str
    include_users: bool = False
    datastore_fields: bool = False
    resource_views: bool = False
    ask: Ask = ask_by_post

    def show(self, reference: str) -> Flow[Reply]:
        """Return one record, by a request of its own, in the response of a reply."""
        arguments = show_arguments(reference, include_users=self.include_users)
        try:
            record = yield from self.ask(f"{NOUNS[self.kind]}_show", arguments)
            if not isinstance(record, dict):
                raise BadApiError(f"{NOUNS[self.kind]}_show {reference!r}: the result is no object")
            return Reply(None, None, (yield from self.completed(record)))
        except FAILURES as error:
            return failure(None, error)

    def completed(self, record: dict[str, Any]) -> Flow[dict[str, Any]]:
        """Return a record with the fields and views of its resources, as far as they are asked for."""
        if self.kind != "datasets" or not (self.datastore_fields or self.resource_views):
            return record
        resources = []
        for resource in record.get("resources") or []:
            more: dict[str, Any] = {}
            if self.datastore_fields and resource.get("datastore_active"):
                table = yield from self._if_allowed("datastore_search", {"resource_id": resource["id"], "limit": 0})
                if isinstance(table, dict):
                    more["datastore_fields"] = table.get("fields")
            if self.resource_views:
                views = yield from self._if_allowed("resource_view_list", {"id": resource["id"], "limit": 0})
                if views:
                    more["resource_views"] = views
            resources.append({**resource, **more})
        return {**record, "resources": resources}

    def names(self) -> Flow[list[str]]:
        """Return the names of all there are, in CKAN's own order; of datasets, those that are active and public.

        CKAN cuts the lists of groups and organizations (quirk E7b); what it leaves out follows, in the order of names.
        """
        if self.kind == "users":
            return _names((yield from self.ask("user_list", {"all_fields": False})))
        noun = NOUNS[self.kind]
        names = _names((yield from self.ask(f"{noun}_list", {})))
        if noun == "package":
            return names
        known = set(names)
        return [*names, *(name for name in (yield from list_names(noun)) if name not in known)]

    def _if_allowed(self, action: str, arguments: Mapping[str, Any]) -> Flow[Any]:
        try:
            return (yield from self.ask(action, arguments))
        except (ServerError, RateLimited):
            raise
        except HTTPError:
            # A table that is gone, or none of the caller's business, has no fields; ckanapi leaves them out, too.
            return None


def _names(answer: Any) -> list[str]:
    if not isinstance(answer, list):
        raise BadApiError(f"the list of names should be a list, and is a {type(answer).__name__}")
    # Plugins give objects instead of names.
    names = [item.get("name", item.get("id")) if isinstance(item, dict) else item for item in answer]
    return [name for name in names if isinstance(name, str)]
