"""How CKAN refuses, and when it has done it all the same."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="A1",
        name="error-is-a-bare-text",
        effect="An unknown action, bad JSON, or a GET where a POST is needed: 400, and the body is one JSON text.",
        workaround="It is read as the message; its words, which differ by release and language, mean nothing.",
        where=("wire.action.decipher_response",),
        source=("ckan/views/api.py:132",),
    ),
    Quirk(
        id="A2",
        name="error-is-a-page",
        effect="Unknown URLs, wrong methods and whatever stands before CKAN answer with HTML.",
        workaround="BadApiError, or what the status means, with the page's title.",
        where=("wire.action.decipher_response",),
        source=("ckan/config/middleware/flask_app.py:609",),
    ),
    Quirk(
        id="A3a",
        name="conflict-is-several-things",
        effect="409 is wrong data or a search that failed.",
        workaround="`__type` decides, and only then the status.",
        where=("quirks.errors.kind_of", "quirks.errors.REFUSALS", "quirks.errors.SEARCH_ERRORS"),
        source=("ckan/views/api.py:304", "ckan/views/api.py:318"),
    ),
    Quirk(
        id="A3b",
        name="search-error-is-two-things",
        effect="A query that Solr cannot parse, and a Solr that is starting, are the same error.",
        workaround="Solr's own status in the text tells them apart: the first is final, the second is tried again.",
        where=("quirks.errors.is_passing_search_error",),
        source=("ckan/lib/search/query.py:361", "ckan/lib/search/query.py:501"),
    ),
    Quirk(
        id="A4",
        name="details-have-many-shapes",
        effect="The details of a refusal are a text, a list of texts, a list with {} for each item without fault, or "
        "nested; tags lose their places; `__type` stands among the fields.",
        workaround="They are flattened to paths and messages; `errors` has them as they came.",
        where=("quirks.errors.flatten_errors",),
        source=("ckan/logic/__init__.py:97", "ckan/views/api.py:304"),
    ),
    Quirk(
        id="A5",
        name="texts-are-translated",
        effect="Messages are in the site's language.",
        workaround="None is ever compared; whether a name is taken is seen by looking who has it.",
        where=("high_level.datasets.create_dataset", "high_level.groups.create_group"),
        source=("ckan/views/__init__.py:143",),
    ),
    Quirk(
        id="A13b",
        name="refusal-repeats-the-request",
        effect="A 400 for a wrong shape sends the whole request back in `data`.",
        workaround="It is left out of the error, and so out of logs.",
        where=("quirks.errors.without_echo",),
        source=("ckan/views/api.py:285",),
    ),
    Quirk(
        id="A16",
        name="error-after-the-commit",
        effect="Plugins run after the database has committed: what they raise is an error of an action that was "
        "carried out. An answer that got lost may be one of those, too.",
        workaround="After a lost answer or a 5xx, the client looks what is there before it sends anything again.",
        where=("high_level.datasets.create_once", "high_level.datasets.revise_until_done", "wire.action.classify"),
        source=("ckan/logic/__init__.py:596", "#8126"),
    ),
    Quirk(
        id="G3",
        name="bulk-is-refused-when-done",
        effect="A bulk action that is given a dataset that is not there is carried out for the others, and is a 404; "
        "on 2.10 a 500.",
        workaround="Neither is taken for a refusal, and the error says to look what is there.",
        where=("quirks.actions.is_refused_when_done", "wire.action.classify", "wire.action.decipher_response"),
        source=("ckan/logic/__init__.py:596", "ckan/logic/action/update.py:1108"),
    ),
    Quirk(
        id="C4",
        name="failed-match-is-a-validation-error",
        effect="package_revise says 409 with `match` among the fields where the dataset is not as it was said to be.",
        workaround="That is read as: somebody was faster. The dataset is read and merged anew.",
        where=("quirks.errors.is_failed_match", "high_level.datasets.revise_until_done"),
        source=("ckan/logic/action/update.py:484", "#5888"),
    ),
    Quirk(
        id="E11b",
        name="immense-term-is-final",
        effect="What Solr cannot hold is a 500 like any other.",
        workaround="It is known by its text and never tried again.",
        where=("quirks.errors.is_immense_term", "wire.retry.insist"),
        source=("#6911", "#7404"),
    ),
)
