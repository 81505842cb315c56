"""What CKAN makes of a request before any action sees it."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="A7",
        name="content-type-is-needed",
        effect="JSON that is not announced as such is not read: 400, from 2.11 on 415 and an HTML page.",
        workaround="Every body is UTF-8 JSON and says so.",
        where=("quirks.requests.JSON_TYPE", "transport.HttpTransport"),
        source=("ckan/views/api.py:196",),
    ),
    Quirk(
        id="A8",
        name="query-hides-the-body",
        effect="With a query string in the URL, an action that only reads ignores the body of a POST.",
        workaround="Arguments go into the body, and never a query string with them.",
        where=("quirks.requests.path_of", "wire.action.build_request"),
        source=("ckan/views/api.py:194",),
    ),
    Quirk(
        id="A9",
        name="get-loses-types",
        effect="The arguments of a GET are texts: numbers, booleans and lists lose what they are.",
        workaround="Reads are POST requests with JSON, like writes.",
        where=("wire.action.build_request",),
        source=("ckan/views/api.py:165",),
    ),
    Quirk(
        id="A10",
        name="callback-makes-anonymous",
        effect="A call with an argument `callback` is carried out as if no token had been sent.",
        workaround="Such a call is refused before it is sent.",
        where=("quirks.requests.misreading_of",),
        source=("ckan/views/api.py:268",),
    ),
    Quirk(
        id="A11",
        name="one-field-form-is-json",
        effect='The name of a form\'s only field is read as JSON if the field is empty or "1": 400, with a file, too.',
        workaround="Such a form is refused before it is sent, and the error says what to add.",
        where=("quirks.forms.is_taken_for_json",),
        source=("ckan/views/api.py:181",),
    ),
    Quirk(
        id="A12a",
        name="form-holds-no-lists",
        effect="A form, and so a request with a file, cannot hold lists or objects; some are an HTML page with 500.",
        workaround="They are refused beside a file; a resource is written first, and its file in a second call.",
        where=("quirks.forms.is_holdable", "quirks.forms.keeps", "high_level.resources.create_resource"),
        source=("ckan/views/api.py:193", "#4618"),
    ),
    Quirk(
        id="A12b",
        name="form-of-revise-holds-json",
        effect="package_revise alone reads the fields of a form as JSON.",
        workaround="Beside a file, its arguments are sent as JSON texts, `match` as one object.",
        where=("quirks.forms.is_holdable",),
        source=("ckan/logic/action/update.py:395", "#4618"),
    ),
    Quirk(
        id="A13a",
        name="lists-hold-objects-only",
        effect="Tags, groups, extras and resources are lists of objects: names, mappings and null are a 400.",
        workaround="Names, mappings and null are brought into that form; anything else is a TypeError.",
        where=("quirks.shapes.as_ckan_takes",),
        source=("ckan/lib/navl/dictization_functions.py:204",),
    ),
    Quirk(
        id="A14",
        name="site-below-a-path",
        effect="A site may live below a path, and a language before /api is one, too; a slash at the end is no action.",
        workaround="Paths are put behind the whole base URL; a pasted /api/3/action is taken off it.",
        where=("quirks.requests.site_path", "wire.address.Address"),
        source=("ckan/views/__init__.py:143",),
    ),
    Quirk(
        id="A15",
        name="redirect-loses-the-body",
        effect="Sites that redirect to https or www turn a POST into a GET without its body, and may drop the token.",
        workaround="No redirect is followed; the error names the address to use.",
        where=("transport.Connection", "wire.action.decipher_response"),
        source=("ckan/ckanapi#82",),
    ),
    Quirk(
        id="A19",
        name="version-may-be-hidden",
        effect="status_show leaves the version out where the site hides it.",
        workaround="Nothing depends on the version: what a site can do is seen from its answers.",
        where=("syncing.catalog.read_account",),
        source=("ckan/logic/action/get.py:2438",),
    ),
    Quirk(
        id="G6",
        name="large-datasets-take-minutes",
        effect="A write to a dataset with thousands of resources can take minutes.",
        workaround="Five minutes may pass between two bytes of an answer, and fifteen in all, unless set otherwise.",
        where=("transport.Timeouts",),
        source=("#4339", "#5713"),
    ),
)
