"""What an update does to lists: tags, groups, extras, resources."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="C2",
        name="patch-replaces-lists",
        effect="package_patch and its kin take a list for the whole list: what is not in it goes.",
        workaround="Lists are merged with what is there, and sent whole.",
        where=("objects.merging.merge_changes", "high_level.groups.update_group"),
        source=("ckan/logic/action/patch.py:50", "#8179"),
    ),
    Quirk(
        id="C3a",
        name="revise-merges-by-position",
        effect="package_revise lays a list over the present one item by item, by position, extras too.",
        workaround="The present list is filtered out in the same call, and the new one given whole.",
        where=("quirks.revising.revise_arguments",),
        source=("ckan/lib/navl/dictization_functions.py:714",),
    ),
    Quirk(
        id="C3b",
        name="revise-ignores-an-empty-list",
        effect="An empty list in package_revise changes nothing.",
        workaround="As above: the present list is filtered out.",
        where=("quirks.revising.revise_arguments",),
        source=("ckan/lib/navl/dictization_functions.py:714",),
    ),
    Quirk(
        id="C3c",
        name="filter-keeps-resources-and-groups",
        effect="Filtered out alone, resources and groups stay: what an update does not name is kept.",
        workaround="They are named in the update as well, even when empty.",
        where=("quirks.revising.revise_arguments",),
        source=("2.12 ckan/lib/dictization/model_save.py:87", "2.12 ckan/lib/dictization/model_save.py:206"),
        since="2.12",
    ),
    Quirk(
        id="C20c",
        name="equal-tags-are-merged",
        effect="A tag that is sent twice is there once; capitals make a difference.",
        workaround="Tags are compared as sets.",
        where=("quirks.equivalence.same_tags",),
        source=("ckan/lib/dictization/model_save.py:148",),
    ),
    Quirk(
        id="C23",
        name="lists-come-back-sorted",
        effect="Tags come back by name, and up to 2.11 extras by key; resources keep their order.",
        workaround="Tags and groups are compared as sets, extras as a mapping, resources in their order.",
        where=(
            "quirks.equivalence.same_tags",
            "quirks.equivalence.extras_differences",
            "quirks.equivalence.resources_differences",
        ),
        source=("ckan/lib/dictization/model_dictize.py:108", "ckan/lib/dictization/__init__.py:81"),
    ),
)
