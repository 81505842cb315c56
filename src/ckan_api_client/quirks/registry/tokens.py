"""Who is asking, and what that changes."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="B1",
        name="token-unknown-is-anonymous",
        effect="A wrong, expired or revoked token is no error: the call goes on as a visitor's, who sees no private "
        "datasets.",
        workaround="A client with a token asks for its user before its first call; a sync asks again after reading the "
        "catalog, and after each 403.",
        where=(
            "quirks.tokens.WHOAMI",
            "low_level.flows.whoami",
            "low_level.settings.Caller",
            "syncing.catalog.read_listing",
        ),
        source=("ckan/lib/api_token.py:91", "ckan/logic/action/get.py:1397"),
    ),
    Quirk(
        id="B2a",
        name="bearer-is-anonymous",
        effect="`Bearer` before the token makes it an unknown one.",
        workaround="It is taken off.",
        where=("quirks.tokens.bare_token",),
        source=("ckan/views/__init__.py:125", "#8637"),
    ),
    Quirk(
        id="B2b",
        name="token-header-differs",
        effect="A site chooses the header that it reads tokens from, and from 2.11 on reads no other. Settings made "
        "for 2.10 name X-CKAN-API-Key.",
        workaround="Authorization, or the setting `token_header`; the error for an unknown token mentions it.",
        where=("quirks.tokens.TOKEN_HEADER", "low_level.settings.Settings"),
        source=("ckan/views/__init__.py:125", "#8637"),
    ),
    Quirk(
        id="B4",
        name="cookie-beats-the-token",
        effect="With a cookie of a session, the token is not looked at.",
        workaround="Cookies are never kept.",
        where=("quirks.cookies.no_cookies",),
        source=("ckan/config/middleware/flask_app.py:65",),
        until="2.11",
    ),
    Quirk(
        id="B5a",
        name="hidden-is-forbidden",
        effect="A private or deleted dataset is a 403 for whoever may not see it, a missing one a 404.",
        workaround="A visitor gets NotFound for both; with a token, a 403 means that the dataset is there.",
        where=("high_level.reading.show_visible", "high_level.datasets.create_dataset"),
        source=("ckan/logic/auth/get.py:105", "#1415", "#2831"),
    ),
    Quirk(
        id="B8a",
        name="unknown-group-is-dropped",
        effect="A group that does not exist is a 404 for an editor; for a sysadmin it is dropped without a word.",
        workaround="What comes back is compared with what was sent, and the loss is told.",
        where=("quirks.equivalence.same_groups", "high_level.echo.report"),
        source=("ckan/logic/auth/create.py:176", "ckan/lib/dictization/model_save.py:195", "#1174"),
    ),
    Quirk(
        id="B8b",
        name="group-name-as-id-is-dropped",
        effect="A group named by its name under `id` is dropped without a word.",
        workaround="A name is sent as `name`, a UUID as `id`.",
        where=("quirks.shapes.reference",),
        source=("ckan/lib/dictization/model_save.py:195",),
    ),
    Quirk(
        id="B9",
        name="revise-needs-every-group",
        effect="package_revise is forbidden to an editor who may not manage each group of the dataset, whatever it "
        "writes; package_patch is not.",
        workaround="After the 403 it is sent again with the caller's own groups alone; CKAN keeps the others.",
        where=("quirks.groups.MANAGED", "quirks.revising.with_own_groups", "high_level.datasets.revise"),
        source=("ckan/logic/auth/create.py:176",),
        since="2.11",
    ),
)
