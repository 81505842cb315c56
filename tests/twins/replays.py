"""Sequences that the two once answered differently, as short as they got: each with the last answer of a real 2.11."""

from __future__ import annotations

from twins import dataset_replays, group_replays, resource_replays, search_replays
from twins.replaying import OURS, Replay
from twins.steps import Step, Steps

REPLAYS: dict[str, Replay] = {
    **dataset_replays.REPLAYS,
    **group_replays.REPLAYS,
    **resource_replays.REPLAYS,
    **search_replays.REPLAYS,
}

#: What shows each row of the table of differences.
KNOWN: dict[str, Steps] = {
    "search-with-the-default-schema": (Step("package_search", {"fq_list": OURS, "use_default_schema": True}),),
    "all-fields-of-the-index": (Step("package_search", {"fq_list": OURS, "fl": "*"}),),
}
