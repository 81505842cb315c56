"""A catalog of a few lines that answers as CKAN does where a sync looks; a transport, in both colours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ckan_api_client.wire.messages import Request, Response

READING = re.compile(r".*_(show|list|search)")


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, kind: str, **detail: Any) -> None:
        super().__init__(status, {"__type": kind, **detail})


class TinyCatalog:
    """Datasets by id in a dict, organizations by name; a log of the actions that write; a fault for some of them."""

    def __init__(self) -> None:
        self.datasets: dict[str, dict[str, Any]] = {}
        self.organizations = {"org": {"id": "org-id", "name": "org", "state": "active"}}
        self.writes: list[tuple[str, dict[str, Any]]] = []
        self.is_sysadmin = True
        self.known = True
        self.promised_too_many = 0
        #: The ids of datasets that the search does not show.
        self.unindexed: set[str] = set()
        self.fault: Callable[[str, dict[str, Any]], None] = lambda *_: None
        self._clock = 0

    def send(self, request: Request) -> Response:
        action, body = request.path.rpartition("/")[2], json.loads(request.body or b"{}")
        try:
            if not READING.fullmatch(action):
                self.writes.append((action, body))
            self.fault(action, body)
            result = getattr(self, action)(body)
        except Refused as refused:
            status, error = refused.args
            return Response(status, {}, json.dumps({"success": False, "error": error}).encode())
        return Response(200, {}, json.dumps({"success": True, "result": result}).encode())

    def sleep(self, seconds: float) -> None:
        """Time is not simulated."""

    def user_show(self, _: Any) -> Any:
        if not self.known:
            raise Refused(404, "Not Found Error", message="Not found")
        return {"name": "me", "sysadmin": self.is_sysadmin}

    def status_show(self, _: Any) -> Any:
        return {"ckan_version": "2.11.6", "extensions": []}

    def organization_list(self, body: Any) -> Any:
        return [] if body["offset"] else sorted(self.organizations)

    def group_list(self, _: Any) -> Any:
        return []

    def organization_show(self, body: Any) -> Any:
        if body["id"] not in self.organizations:
            raise Refused(404, "Not Found Error", message="Not found")
        return self.organizations[body["id"]]

    def organization_create(self, body: Any) -> Any:
        self.organizations[body["name"]] = {"id": body["name"] + "-id", "state": "active", **body}
        return self.organizations[body["name"]]

    def organization_list_for_user(self, _: Any) -> Any:
        return [dict(organization) for organization in self.organizations.values()]

    def member_list(self, body: Any) -> Any:
        named = [one for one in self.datasets.values() if one["owner_org"] == body["id"] and one["state"] == "active"]
        return [[dataset["id"], "package", "Public"] for dataset in named]

    def package_search(self, body: Any) -> Any:
        found = [
            dataset
            for dataset in sorted(self.datasets.values(), key=lambda dataset: str(dataset["id"]))
            if dataset["state"] == "active" and dataset["id"] not in self.unindexed and _is_found(dataset, body)
        ]
        promised = len(found) + (self.promised_too_many if "_harvest_source" in body.get("fq", "") else 0)
        shown = found[: min(2, body["rows"])]
        return {
            "count": promised,
            "results": [_fields(dataset, body["fl"]) for dataset in shown] if "fl" in body else shown,
        }

    def package_show(self, body: Any) -> Any:
        for dataset in self.datasets.values():
            if body["id"] in (dataset["id"], dataset["name"]):
                return dataset
        raise Refused(404, "Not Found Error", message="Not found")

    def package_create(self, body: Any) -> Any:
        holder = next((one for one in self.datasets.values() if one["name"] == body["name"]), None)
        if holder is not None and holder["state"] == "active":
            raise Refused(409, "Validation Error", name=["That URL is already in use."])
        identifier = body.setdefault("id", f"drawn-{len(self.datasets)}")
        if identifier in self.datasets:
            raise Refused(409, "Validation Error", id=["Dataset id already exists"])
        return self._store({"state": "active", "groups": [], **body})

    def package_revise(self, body: Any) -> Any:
        dataset = self.datasets[body["match"]["id"]]
        wrong = [key for key, value in body["match"].items() if dataset.get(key) != value]
        if wrong:
            raise Refused(409, "Validation Error", match=wrong)
        return {"package": self._store({**dataset, **body["update"]})}

    def dataset_purge(self, body: Any) -> Any:
        del self.datasets[body["id"]]

    def edit(self, reference: str, **fields: Any) -> None:
        """A person saves a form."""
        dataset = self.package_show({"id": reference})
        self._store({**dataset, **fields})

    def _store(self, dataset: dict[str, Any]) -> dict[str, Any]:
        self._clock += 1
        modified = f"2026-01-01T00:{self._clock // 60:02}:{self._clock % 60:02}.123456"
        self.datasets[dataset["id"]] = {**dataset, "metadata_modified": modified}
        return self.datasets[dataset["id"]]


def _is_found(dataset: dict[str, Any], body: Any) -> bool:
    markers = [extra["value"] for extra in dataset["extras"] if extra["key"] == "_harvest_source"]
    filters = body.get("fq", "")
    source = re.search(r"_harvest_source:(.*?)\\:", filters)
    if source and not any(marker.startswith(source[1].replace("\\", "") + ":") for marker in markers):
        return False
    organization = re.search(r"\+organization:(\S+)", filters)
    if organization and dataset["owner_org"] != organization[1].replace("\\", ""):
        return False
    asked = re.fullmatch(r"(\w+):\((.*)\)", body["q"])
    if asked and dataset.get(asked[1]) not in re.findall(r'"(.*?)"', asked[2]):
        return False
    after = re.search(r'\{"(.*?)" TO', filters)
    return after is None or dataset["id"] > after[1]


def _fields(dataset: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The raw fields of the index: an extra is shown by its bare key, a timestamp as Solr writes it."""
    extras = {extra["key"]: extra["value"] for extra in dataset["extras"]}
    shown = {name: dataset[name] for name in names if name in dataset}
    if "metadata_modified" in shown:
        shown["metadata_modified"] = f"{shown['metadata_modified'][:-3]}Z"
    return shown | {key: value for key, value in extras.items() if f"extras_{key}" in names}


class AsyncTinyCatalog:
    """The same catalog, awaited."""

    def __init__(self, catalog: TinyCatalog) -> None:
        self._catalog = catalog

    async def send(self, request: Request) -> Response:
        return self._catalog.send(request)

    async def sleep(self, seconds: float) -> None:
        self._catalog.sleep(seconds)
