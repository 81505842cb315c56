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

    def package_search(self, body: Any) -> Any:
        if "fq" not in body:
            return {"count": len(self.datasets), "results": []}
        source = re.search(r"_harvest_source:(.*?)\\:", body["fq"])
        assert source is not None
        after = re.search(r'\{"(.*?)" TO', body["fq"])
        found = [
            dataset
            for dataset in sorted(self.datasets.values(), key=lambda dataset: str(dataset["id"]))
            if dataset["state"] == "active"
            and any(extra["value"].startswith(source[1].replace("\\", "") + ":") for extra in dataset["extras"])
            and (after is None or dataset["id"] > after[1])
        ]
        return {"count": len(found) + self.promised_too_many, "results": found[:2]}

    def package_show(self, body: Any) -> Any:
        for dataset in self.datasets.values():
            if body["id"] in (dataset["id"], dataset["name"]):
                return dataset
        raise Refused(404, "Not Found Error", message="Not found")

    def package_create(self, body: Any) -> Any:
        holder = next((one for one in self.datasets.values() if one["name"] == body["name"]), None)
        if holder is not None and holder["state"] == "active":
            raise Refused(409, "Validation Error", name=["That URL is already in use."])
        if body["id"] in self.datasets:
            raise Refused(409, "Validation Error", id=["Dataset id already exists"])
        return self._store({"state": "active", "groups": [], **body})

    def package_revise(self, body: Any) -> Any:
        dataset = self.datasets[body["match"]["id"]]
        wrong = [key for key, value in body["match"].items() if dataset.get(key) != value]
        if wrong:
            raise Refused(409, "Validation Error", match=wrong)
        return {"package": self._store({**dataset, **body["update"]})}

    def _store(self, dataset: dict[str, Any]) -> dict[str, Any]:
        self._clock += 1
        self.datasets[dataset["id"]] = {**dataset, "metadata_modified": f"{self._clock:06}"}
        return self.datasets[dataset["id"]]


class AsyncTinyCatalog:
    """The same catalog, awaited."""

    def __init__(self, catalog: TinyCatalog) -> None:
        self._catalog = catalog

    async def send(self, request: Request) -> Response:
        return self._catalog.send(request)

    async def sleep(self, seconds: float) -> None:
        self._catalog.sleep(seconds)
