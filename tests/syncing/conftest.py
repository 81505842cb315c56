"""A flow is driven by hand: each request must be the next of the script, and gets its answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ckan_api_client.exceptions import TransportError
from ckan_api_client.wire.messages import Flow, Request, Response

#: The name of an action, and what it answers: a result, or an error (status and body), or an exception.
Script = list[tuple[str, Any]]


class Refusal:
    """An answer of CKAN that is an error."""

    def __init__(self, status: int, kind: str, **detail: Any) -> None:
        self.response = Response(
            status,
            {"content-type": "application/json"},
            json.dumps({"success": False, "error": {"__type": kind, **detail}}).encode(),
        )


NOT_FOUND = Refusal(404, "Not Found Error", message="Not found")
NOT_YOURS = Refusal(403, "Authorization Error", message="Access denied")
FAILED_MATCH = Refusal(409, "Validation Error", match=["metadata_modified"])
LOST = TransportError("cut")


def play(flow: Flow[Any], script: Script) -> tuple[Any, list[dict[str, Any]]]:
    """Drive a flow through a script; return its result and the bodies that were sent, one for each step."""
    sent: list[dict[str, Any]] = []
    steps = iter(script)
    try:
        step = next(flow)
        while True:
            if not isinstance(step, Request):
                step = flow.send(None)
                continue
            action, answer = next(steps, ("nothing more", None))
            assert step.path == f"/api/3/action/{action}"
            sent.append(json.loads(step.body or b"null"))
            if isinstance(answer, TransportError):
                step = flow.throw(answer)
            elif isinstance(answer, Refusal):
                step = flow.send(answer.response)
            else:
                body = json.dumps({"success": True, "result": answer}).encode()
                step = flow.send(Response(200, {"content-type": "application/json"}, body))
    except StopIteration as done:
        assert list(steps) == []
        return done.value, sent


Player = Callable[[Flow[Any], Script], tuple[Any, list[dict[str, Any]]]]


@pytest.fixture(name="play")
def play_fixture() -> Player:
    return play


@pytest.fixture
def not_found() -> Refusal:
    return NOT_FOUND


@pytest.fixture
def not_yours() -> Refusal:
    return NOT_YOURS


@pytest.fixture
def failed_match() -> Refusal:
    return FAILED_MATCH


@pytest.fixture
def lost() -> TransportError:
    return LOST


@pytest.fixture
def refuse() -> Callable[..., Refusal]:
    return Refusal
