"""Sequences about searches, as short as they got."""

from __future__ import annotations

from twins.replaying import INTERNAL, OURS, Replay
from twins.steps import Id, Name, Step

REPLAYS: dict[str, Replay] = {
    "a blank for a flag of a search": Replay(
        (Step("package_search", {"fq_list": OURS, "include_private": ""}),), 500, INTERNAL
    ),
    "the name is no title in the index": Replay(
        (
            Step("package_update", {"id": Id("d1"), "name": Name("d1"), "owner_org": Name("o1")}),
            Step("package_search", {"fq_list": OURS, "fl": "name,title"}),
        ),
        200,
    ),
    "the title of an owner in a facet": Replay(
        (
            Step("organization_update", {"id": Id("o1"), "title": "05"}),
            Step("package_search", {"facet.field": ["organization"], "fq_list": OURS}),
        ),
        200,
    ),
    "a query and an order that are none": Replay(
        (Step("package_search", {"q": "title:", "sort": "name", "fq_list": OURS}),), 409, "Search Error"
    ),
    "an order and a filter that are none": Replay(
        (Step("package_search", {"fq": "(", "sort": "name", "fq_list": OURS}),), 400, "Search Query Error"
    ),
    "a parser that there is not": Replay(
        (Step("package_search", {"fq_list": OURS, "defType": ""}),), 409, "Search Error"
    ),
}
