"""Reading one object: what came back is what was asked for; and what a caller without a token may know."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.exceptions import HTTPError, NotAuthorized, NotFound
from ckan_api_client.high_level import AsyncCkanHighlevelClient, CkanHighlevelClient
from ckan_api_client.objects import CkanDataset
from driving import Script, refusal, settling, success

URL = "https://catalog.example.org"
ID = "8a5bdb2e-1a9a-4ee2-9f0d-0b5a7c1b6f01"
SHOWN = {"id": ID, "name": "air", "state": "active"}
FORBIDDEN = refusal(403, "Authorization Error", message="Access denied")
ME = success({"name": "me"})


def clients(script: Script, token: str | None) -> list[Any]:
    """Return a client in each colour on the same script."""
    return [
        CkanHighlevelClient(URL, token, transport=script),
        AsyncCkanHighlevelClient(URL, token, transport=script.awaited),
    ]


@pytest.mark.parametrize("colour", [0, 1], ids=["blocking", "async"])
class TestBothColours:
    def call(self, colour: int, token: str | None, answers: list[Any], method: str, *words: Any, **options: Any) -> Any:
        script = Script(*([ME] if token else []), *answers)
        with settling() as settle:
            result = settle(getattr(clients(script, token)[colour], method)(*words, **options))
        assert script.answers == []
        return result

    def test_a_dataset_is_read_by_id_and_by_name(self, colour: int) -> None:
        assert self.call(colour, "t", [success(SHOWN)], "get_dataset", ID) == SHOWN
        found = self.call(colour, "t", [success(SHOWN)], "get_dataset_by_name", "air")
        assert isinstance(found, CkanDataset)

    @pytest.mark.parametrize(("method", "asked"), [("get_dataset", "air"), ("get_dataset_by_name", ID)])
    def test_one_found_by_the_other_is_not_found(self, colour: int, method: str, asked: str) -> None:
        with pytest.raises(NotFound, match="mismatch"):
            self.call(colour, "t", [success(SHOWN)], method, asked)

    def test_what_is_deleted_is_not_found_unless_allowed(self, colour: int) -> None:
        deleted = success({**SHOWN, "state": "deleted"})
        with pytest.raises(NotFound) as absent:
            self.call(colour, "t", [deleted], "get_dataset", ID)
        assert str(absent.value) == "HTTPError(404, '(logical) dataset state is deleted', original=None)"
        assert self.call(colour, "t", [deleted], "get_dataset", ID, allow_deleted=True).state == "deleted"

    @pytest.mark.parametrize("method", ["get_dataset", "get_organization", "get_group", "get_resource"])
    def test_403_is_404_without_a_token_and_keeps_the_403(self, colour: int, method: str) -> None:
        with pytest.raises(NotFound, match="with an API token") as absent:
            self.call(colour, None, [FORBIDDEN], method, ID)
        assert absent.value.status_code == 404
        assert isinstance(absent.value.original, HTTPError)
        assert absent.value.original.status_code == 403

    @pytest.mark.parametrize("method", ["get_dataset", "get_organization", "get_group", "get_resource"])
    def test_403_stays_403_with_a_token(self, colour: int, method: str) -> None:
        with pytest.raises(NotAuthorized) as refused:
            self.call(colour, "t", [FORBIDDEN], method, ID)
        assert refused.value.status_code == 403

    def test_all_datasets_come_page_by_page(self, colour: int) -> None:
        pages = [
            success({"count": 3, "results": [{"id": "a"}, {"id": "b"}]}),
            success({"count": 1, "results": [{"id": "c"}]}),
        ]
        found = self.call(colour, "t", pages, "iter_datasets")
        assert [dataset.id for dataset in found] == ["a", "b", "c"]
        assert all(isinstance(dataset, CkanDataset) for dataset in found)

    @pytest.mark.parametrize("kind", ["organization", "group"])
    def test_all_groups_come_one_by_one(self, colour: int, kind: str) -> None:
        answers = [
            success(["a", "b"]),
            success([]),
            success({"id": "1", "name": "a", "state": "active"}),
            success({"id": "2", "name": "b", "state": "active"}),
        ]
        assert [one.id for one in self.call(colour, "t", answers, f"iter_{kind}s")] == ["1", "2"]
        listed = [success([{"id": "1"}, {"id": "2"}]), success([])]
        assert self.call(colour, "t", listed, f"list_{kind}s") == ["1", "2"]

    @pytest.mark.parametrize("kind", ["dataset", "organization", "group"])
    def test_save_creates_what_has_no_id_and_updates_what_has_one(self, colour: int, kind: str) -> None:
        word = "package" if kind == "dataset" else kind
        shown = {"id": ID, "name": "air", "title": "", "state": "active"}
        made = self.call(colour, "t", [success(shown)], f"save_{kind}", {"name": "air"})
        assert made.id == ID
        changed = {**shown, "title": "New"}
        written = success({"package": changed} if word == "package" else changed)
        answers = [success(shown), written]
        assert self.call(colour, "t", answers, f"save_{kind}", {"id": ID, "title": "New"}).title == "New"
