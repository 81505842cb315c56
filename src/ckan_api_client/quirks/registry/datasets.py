"""What a write does to a dataset as a whole."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="C1",
        name="update-removes-the-absent",
        effect="What package_update is not sent, it empties: extras, tags, most fields; up to 2.11 resources, groups.",
        workaround="Updates go by package_revise and hold what changed, nothing else.",
        where=("high_level.datasets.update_dataset", "quirks.revising.revise_arguments"),
        source=("ckan/lib/dictization/model_save.py:62", "2.12 ckan/lib/dictization/model_save.py:87", "#1839"),
    ),
    Quirk(
        id="F1",
        name="update-takes-no-lock",
        effect="Of two updates of one dataset the second wins, and the first is lost without a word.",
        workaround="package_revise with a `match` on what was read: the one compare-and-set that CKAN has.",
        where=("quirks.revising.revise_arguments", "high_level.datasets.revise_until_done"),
        source=("ckan/logic/action/update.py:231", "ckan/logic/action/update.py:469", "#6420", "#4217"),
    ),
    Quirk(
        id="C27",
        name="revise-wraps-its-result",
        effect="package_revise gives the dataset inside of an object, other actions give it bare.",
        workaround="It is unwrapped.",
        where=("high_level.datasets.revise",),
        source=("ckan/logic/action/update.py:366",),
    ),
    Quirk(
        id="C5a",
        name="unknown-field-is-dropped",
        effect="A field that the site does not know is dropped without a word.",
        workaround="The answer is compared with what was sent, and the loss is told: a warning, or OperationFailure if "
        "wanted. A sync makes an extra of it.",
        where=("high_level.echo.report", "quirks.equivalence.field_differences", "syncing.fitting.fit_dataset"),
        source=("ckan/logic/schema.py:162",),
    ),
    Quirk(
        id="C5b",
        name="unknown-objects-are-refused",
        effect="A list of objects under an unknown key refuses the whole dataset; 2.12 takes it, and drops it.",
        workaround="A sync sends it as JSON text, as an extra or in the resource.",
        where=("syncing.fitting.resources.fit_resource", "syncing.fitting.fit_dataset"),
        source=("ckan/logic/schema.py:163",),
        until="2.11",
    ),
    Quirk(
        id="C5c",
        name="derived-keys-are-ignored",
        effect="What package_show derives (organization, num_tags, license_title …) is not read when it is sent.",
        workaround="It is neither sent nor compared; changing it in an object is an error.",
        where=("quirks.equivalence.SERVER_MADE_DATASET_KEYS", "high_level.datasets.update_dataset"),
        source=("ckan/logic/schema.py:162",),
    ),
    Quirk(
        id="C7",
        name="extra-shown-as-a-field",
        effect="A site with a schema of its own (ckanext-scheming) shows what was sent as an extra as a field.",
        workaround="The marker of a sync, and the extras it compares, are looked for in both places.",
        where=("syncing.identity.read_marker", "syncing.merging.values_to_write"),
        source=("ckan/logic/converters.py:15",),
    ),
    Quirk(
        id="C19a",
        name="owner-comes-back-as-id",
        effect="An organization may be sent by name, and comes back as its id.",
        workaround="Both are taken for the same where the answer tells the name.",
        where=("quirks.equivalence.same_owner",),
        source=("ckan/logic/validators.py:38",),
    ),
    Quirk(
        id="C19b",
        name="dataset-needs-an-organization",
        effect="Most sites take no dataset without an organization.",
        workaround="The error says what to add; a sync has a setting for records that name none.",
        where=("high_level.datasets.create_dataset", "syncing.wanted.read_source"),
        source=("ckan/logic/validators.py:38",),
    ),
    Quirk(
        id="C19c",
        name="private-needs-an-organization",
        effect="A dataset without an organization cannot be private.",
        workaround="`validate()` says so.",
        where=("objects.dataset.CkanDataset",),
        source=("ckan/logic/validators.py:865",),
    ),
    Quirk(
        id="C26",
        name="state-is-not-checked",
        effect="Any text is taken for a state; one that CKAN does not know hides the dataset from every listing.",
        workaround="`validate()` names it; a sync refuses a record whose state is not active.",
        where=("objects.problems.check_state", "syncing.fitting.fit_dataset"),
        source=("ckan/lib/search/query.py:420",),
    ),
    Quirk(
        id="C28",
        name="type-never-changes",
        effect="A dataset keeps its type, whatever an update says.",
        workaround="A sync never writes it over.",
        where=("syncing.merging.values_to_write",),
        source=("ckan/logic/action/update.py:274",),
    ),
    Quirk(
        id="C29",
        name="type-needs-its-plugin",
        effect="A dataset of a type whose plugin is not there is taken, and cannot be shown by the site.",
        workaround="A sync makes plain datasets, and keeps the type as an extra.",
        where=("syncing.fitting.fit_dataset",),
        source=("ckan/lib/plugins.py:61",),
    ),
)
