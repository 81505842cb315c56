"""What was written by us is told from what others had written before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ckan_api_client.exceptions import Outcome, TransportError
from ckan_api_client.high_level.datasets import revise_until_done
from ckan_api_client.objects.merging import Merge
from ckan_api_client.wire.flow import run
from driving import Script, refusal, success

FAILED_MATCH = refusal(409, "Validation Error", match=["metadata_modified"])
LOST = TransportError("the connection broke", Outcome.UNKNOWN)
BEFORE, AFTER = {"id": "1", "title": "Old"}, {"id": "1", "title": "New"}


def to_new(now: Mapping[str, Any]) -> Merge:
    return Merge({} if now["title"] == "New" else {"title": "New"}, ())


@pytest.mark.parametrize(
    ("answers", "written"),
    [
        ([success({"package": AFTER})], {"title": "New"}),
        ([FAILED_MATCH, success(AFTER)], {}),
        ([LOST, success(AFTER)], {"title": "New"}),
        ([LOST, success(BEFORE), FAILED_MATCH, success(AFTER)], {"title": "New"}),
        ([FAILED_MATCH, success(BEFORE), success({"package": AFTER})], {"title": "New"}),
    ],
    ids=["at once", "others did", "lost and carried out", "lost and carried out late", "the second time"],
)
def test_what_was_written_is_empty_only_where_none_of_our_writes_took_place(
    answers: list[Any], written: dict[str, Any]
) -> None:
    assert run(revise_until_done(BEFORE, to_new), Script(*answers)) == (written, AFTER)
