"""Files after a load: from where they are fetched, and what is sent."""

from __future__ import annotations

from typing import Any, BinaryIO

import pytest

from ckan_api_client.bulk.uploading import Uploading
from ckan_api_client.exceptions import NotFound
from ckan_api_client.wire.messages import Request, Response
from driving import Driver, Script, success


class Fetched(list[str]):
    """Fetches what is at a URL: the URL itself."""

    def __call__(self, url: str, file: BinaryIO) -> None:
        self.append(url)
        file.write(url.encode())


class Kept(Script):
    """Looks at the files that are sent while they are there."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[dict[str, str], str, str, bytes]] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        ((name, upload),) = request.uploads
        assert not isinstance(upload.content, bytes)
        self.sent.append((dict(request.fields), name, upload.filename, upload.content.read_bytes()))  # type: ignore[union-attr]
        return success({})


def test_resources_that_were_uploads_are_fetched_and_sent(driver: Driver) -> None:
    fetched, script = Fetched(), Kept()
    resources: list[dict[str, Any]] = [
        {"id": "r1", "url": "https://old.example.org/dl/days%20of%20rain.csv", "url_type": "upload"},
        {"id": "r2", "url": "https://elsewhere.example.org/x.csv"},
        {"url": "https://old.example.org/dl/b.csv", "url_type": "upload"},
    ]
    made = {"id": "1", "resources": [{"id": "r1"}, {"id": "r2"}, {"id": "r3"}]}
    driver.one(Uploading("datasets", fetched).resources({"resources": resources}, made), script)
    assert fetched == [resources[0]["url"], resources[2]["url"]]
    assert [request.path.rpartition("/")[2] for request in script.requests] == ["resource_patch"] * 2
    assert script.sent == [
        ({"id": "r1"}, "upload", "days of rain.csv", fetched[0].encode()),
        ({"id": "r3"}, "upload", "b.csv", fetched[1].encode()),
    ]


@pytest.mark.parametrize(("kind", "action"), [("organizations", "organization_patch"), ("groups", "group_patch")])
def test_a_logo_goes_to_its_own_kind_under_its_own_name(driver: Driver, kind: str, action: str) -> None:
    fetched, script = Fetched(), Kept()
    record = {
        "image_url": "2026-11-25-083000.123456logo-2.png",
        "image_display_url": "https://old.example.org/uploads/group/2026-11-25-083000.123456logo-2.png",
    }
    driver.one(Uploading(kind, fetched).logo(record, {"id": "g1"}), script)
    assert script.requests[0].path.rpartition("/")[2] == action
    assert script.sent == [({"id": "g1"}, "image_upload", "logo-2.png", record["image_display_url"].encode())]


@pytest.mark.parametrize(
    "record",
    [{}, {"image_url": "", "image_display_url": ""}, {"image_url": "https://x.example/l.png", "image_display_url": "https://x.example/l.png"}],
    ids=["none", "empty", "a link"],
)  # fmt: skip
def test_a_logo_that_is_none_or_a_link_is_not_sent(driver: Driver, record: dict[str, Any]) -> None:
    fetched = Fetched()
    driver.one(Uploading("groups", fetched).logo(record, {"id": "1"}), Script())
    assert fetched == []


def test_what_cannot_be_fetched_is_not_sent(driver: Driver) -> None:
    def missing(url: str, _: BinaryIO) -> None:
        raise NotFound(404, f"download of {url}: HTTP 404")

    record = {"resources": [{"id": "r", "url": "https://old.example.org/x", "url_type": "upload"}]}
    with pytest.raises(NotFound):
        driver.one(Uploading("datasets", missing).resources(record, {}), Script())
