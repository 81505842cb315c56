"""A CKAN in the same process: the calls of ckanapi on an application of WebTest."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest

from ckan_api_client import ckanapi
from ckan_api_client.ckanapi import TestAppCKAN
from ckan_api_client.testing import EmbeddedCkan
from ckan_api_client.testing.messages import Request


@dataclass
class Told:
    """An answer as WebTest has it."""

    status: str
    headers: dict[str, str]
    body: bytes


@dataclass
class App:
    """The part of `webtest.TestApp` that is used, on an embedded CKAN. The real one was tried by hand."""

    ckan: EmbeddedCkan
    uploads: list[Any] = field(default_factory=list)

    def post(self, url: str, *, params: Any, headers: Any, expect_errors: bool, upload_files: Any = ()) -> Told:
        assert expect_errors
        self.uploads += upload_files
        body = params if isinstance(params, bytes) else urlencode(params).encode()
        kind = {"content-type": "application/x-www-form-urlencoded"}
        given = kind | {key.lower(): value for key, value in headers.items()}
        answer = self.ckan.handle(Request("POST", url, headers=given, body=io.BytesIO(body), length=len(body)))
        assert isinstance(answer.body, bytes)
        return Told(f"{answer.status} Whatever", dict(answer.headers), answer.body)


@pytest.fixture
def app(embedded: EmbeddedCkan) -> App:
    return App(embedded)


def test_actions_are_called_and_errors_raised_as_over_a_network(app: App) -> None:
    ckan = TestAppCKAN(app, apikey=app.ckan.sysadmin_token)
    made = ckan.action.package_create(name="wells", owner_org="test-org", title="Wélls")
    assert ckan.call_action("package_show", {"id": "wells"}) == made
    with pytest.raises(ckanapi.NotFound, match="Not found"):
        ckan.action.package_show(id="springs")
    with pytest.raises(ckanapi.ValidationError) as caught:
        ckan.action.package_create(name="wells", owner_org="test-org")
    assert caught.value.error_dict["name"] == ["That URL is already in use."]
    with pytest.raises(ckanapi.NotAuthorized):
        TestAppCKAN(app).action.package_create(name="springs")
    as_somebody = TestAppCKAN(app, "nobody's").call_action("user_show", apikey=app.ckan.sysadmin_token)
    assert as_somebody["name"] == "sysadmin"


def test_files_are_handed_over_with_their_names(app: App) -> None:
    ckan = TestAppCKAN(app, apikey=app.ckan.sysadmin_token)
    ckan.action.package_create(name="wells", owner_org="test-org")
    ckan.action.resource_create(package_id="wells", url="x", upload=("a.csv", io.BytesIO(b"a,b")))
    assert app.uploads == [("upload", "a.csv", b"a,b")]


def test_there_is_no_context() -> None:
    with pytest.raises(ckanapi.CKANAPIError, match="takes no context"):
        TestAppCKAN("fake").call_action("x", {}, "context")
