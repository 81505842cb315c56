"""Extras: texts under free keys, which are less free than they seem."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="C6a",
        name="extras-are-texts",
        effect='Numbers and booleans come back as texts: 5 as "5", true as "true", 1.50 as "1.5".',
        workaround="They are compared like that.",
        where=("quirks.normalisation.extra_as_text",),
        source=("ckan/lib/dictization/model_save.py:111",),
    ),
    Quirk(
        id="C6b",
        name="null-extra",
        effect='An extra of null is dropped up to 2.11, and "" on 2.12.',
        workaround='A sync sends "", which all keep; comparing takes the three for the same.',
        where=("quirks.text.as_text", "quirks.equivalence.extras_differences"),
        source=("ckan/lib/dictization/model_save.py:111", "2.12 ckan/model/package.py:78"),
    ),
    Quirk(
        id="C6c",
        name="structured-extra",
        effect="Up to 2.11 an object is a 500, a list of objects refused, and a list of texts stored as `{a,b}`. 2.12 "
        "makes JSON text of all three.",
        workaround="`validate()` names it, and a sync sends its JSON text.",
        where=("quirks.text.as_text", "objects.problems.check_extras"),
        source=("ckan/lib/dictization/model_save.py:111", "ckan/ckanext-harvest#42"),
        until="2.11",
    ),
    Quirk(
        id="C6d",
        name="extras-keys-are-unique",
        effect="A key that is there twice refuses the whole dataset; old catalogs show many such.",
        workaround="Objects keep what they read; to write it is an error that names the keys, `resolve()` decides. "
        "A sync numbers the keys.",
        where=("objects.extras.Extras", "quirks.extras.free_key"),
        source=("ckan/logic/validators.py:461",),
    ),
    Quirk(
        id="C6e",
        name="extras-keys-are-reserved",
        effect="An extra that is called like a field of the dataset refuses the whole dataset; 2.12 has a field more.",
        workaround="`validate()` names it, and a sync puts `extra_` before the key.",
        where=("quirks.extras.is_reserved",),
        source=("ckan/logic/validators.py:992",),
    ),
    Quirk(
        id="C8",
        name="harvest-shows-extras-of-its-own",
        effect="ckanext-harvest shows three extras that are not stored; sent back, they are, and then there twice.",
        workaround="A sync leaves them out where that plugin is; comparing ignores them where one side lacks them.",
        where=("quirks.equivalence.INJECTED_EXTRAS", "syncing.options.Options"),
        source=("GSA/data.gov#3546",),
    ),
    Quirk(
        id="E11a",
        name="extras-have-a-limit",
        effect="A value of more than 32,766 bytes refuses the dataset, with a 500; so do some fields and URLs.",
        workaround="`validate()` names it, and a sync splits it into parts that joined give it again.",
        where=("quirks.text.split_text", "quirks.datasets.INDEXED", "quirks.resources.INDEXED"),
        source=("ckan/config/solr/schema.xml:175", "#6911", "#7404"),
    ),
    Quirk(
        id="E17",
        name="date-extras-are-parsed",
        effect="The index takes an extra whose key ends in `_date` for a date: some values are a 500, with others the "
        "dataset is never found.",
        workaround="`validate()` names all but plain dates, and a sync sends those under another key.",
        where=("quirks.dates.is_index_date", "quirks.extras.is_unindexable"),
        source=("ckan/lib/search/index.py:228", "ckan/config/solr/schema.xml:170"),
    ),
    Quirk(
        id="E18",
        name="extras-meet-fields-of-the-index",
        effect="An extra that is called like a field of the index's own is a 500.",
        workaround="`validate()` names it, and a sync puts `extra_` before the key.",
        where=("quirks.extras.is_unindexable",),
        source=("ckan/lib/search/index.py:145", "ckan/config/solr/schema.xml:175"),
    ),
)
