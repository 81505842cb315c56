"""package_search: what it leaves out, and what it makes of a query."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="E7a",
        name="rows-are-capped",
        effect="No more than 1,000 rows come at once, or what a site sets, however many are asked for.",
        workaround="A list ends where as many came as were promised, not where a page is short.",
        where=("quirks.search.MOST_ROWS", "quirks.search.is_last_page"),
        source=("ckan/logic/schema.py:683",),
    ),
    Quirk(
        id="E8",
        name="default-order-moves",
        effect="The default order is that of the last change: while somebody writes, pages lose and repeat datasets.",
        workaround="Lists are read in the order of ids, each page from the last id on.",
        where=("quirks.search.page_arguments", "low_level.flows.dataset_page"),
        source=("ckan/logic/action/get.py:1724", "ckan/ckanapi#44"),
    ),
    Quirk(
        id="E9",
        name="private-and-drafts-are-left-out",
        effect="A search leaves private datasets and drafts out, also for those who may see them, unless it is told.",
        workaround="It is told.",
        where=("quirks.search.page_arguments",),
        source=("ckan/logic/action/get.py:1888",),
    ),
    Quirk(
        id="E20",
        name="package-list-is-of-the-public",
        effect="package_list gives active public datasets, whoever asks, and knows no argument that would change that.",
        workaround="Names of others are taken from the index, where they are asked for.",
        where=("bulk.indexed.names_left_out", "quirks.search.left_out"),
        source=("ckan/logic/action/get.py:86",),
    ),
    Quirk(
        id="E10",
        name="extras-are-indexed-twice",
        effect="`extras_<key>` is split into words and lower-cased; the bare `<key>` is exact.",
        workaround="A sync asks for the bare key, and compares what comes.",
        where=("syncing.catalog.read_listing",),
        source=("ckan/config/solr/schema.xml:172", "ckan/config/solr/schema.xml:175"),
    ),
    Quirk(
        id="E12a",
        name="braces-are-refused",
        effect="`{!` anywhere in a query is refused, in quotes as well.",
        workaround="Every brace is escaped.",
        where=("quirks.search.quote_phrase", "quirks.search.escape_term"),
        source=("ckan/lib/search/query.py:48",),
    ),
    Quirk(
        id="E12b",
        name="values-are-syntax",
        effect="Blanks, colons, quotes and the like in a value are syntax of Solr's: errors, or other hits.",
        workaround="They are escaped.",
        where=("quirks.search.quote_phrase", "quirks.search.escape_term"),
        source=("ckan/lib/search/query.py:361",),
    ),
    Quirk(
        id="E12c",
        name="alternatives-switch-a-filter-off",
        effect="With an `OR` outside of brackets, `fq` finds everything: CKAN adds filters of its own to that text, "
        "and Solr needs only what has a plus.",
        workaround="Such a filter is put into brackets.",
        where=("quirks.search.one_filter", "quirks.search.page_arguments"),
        source=("ckan/logic/action/get.py:1888",),
    ),
    Quirk(
        id="G5",
        name="counts-cost-a-query-each",
        effect="A list of groups with all fields counts the datasets of each by a query of its own.",
        workaround="The counts are not asked for.",
        where=("quirks.groups.summaries_after", "quirks.groups.WITHOUT_DATASETS"),
        source=("ckan/logic/action/get.py:316", "#9278"),
    ),
)
