"""Resources: known by their id alone, and rewritten at every update."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="C9",
        name="resource-without-id-is-new",
        effect="A resource that is sent without its id is another one: the old one goes, with its views, its DataStore "
        "table and every link to it.",
        workaround="Ids are looked up: by id, then by URL and name, then by URL.",
        where=("quirks.resources.pair_resources",),
        source=("ckan/lib/dictization/model_save.py:62", "#3422"),
    ),
    Quirk(
        id="C10",
        name="resource-keeps-what-is-sent",
        effect="Keys of a resource that CKAN does not know, `datastore_active` among them, stay only as long as they "
        "are sent again.",
        workaround="What is written is laid over the present resource.",
        where=("quirks.resources.overlay_resources",),
        source=("ckan/lib/dictization/model_save.py:24", "#3012"),
    ),
    Quirk(
        id="C11",
        name="null-clears-half-of-the-fields",
        effect='null clears url, description, mimetype, mimetype_inner and resource_type; the others stay, and "" '
        "clears them.",
        workaround='A sync sends "" where it clears.',
        where=("quirks.resources.CLEARED_BY_BLANK", "syncing.merging.merge"),
        source=("ckan/model/resource.py:39", "ckan/model/base.py:223"),
    ),
    Quirk(
        id="C13d",
        name="format-is-canonical",
        effect="`csv` and `text/csv` come back as `CSV`; an empty format of a new resource is guessed from the URL.",
        workaround="Formats are compared by CKAN's own table, and a guess is no difference.",
        where=("quirks.normalisation.as_format", "quirks.normalisation.same_format"),
        source=("ckan/logic/validators.py:907", "ckan/lib/helpers.py:2556"),
    ),
    Quirk(
        id="C13e",
        name="url-gets-a-scheme",
        effect="URLs lose the blanks around them, and are shown with http:// where they have no scheme.",
        workaround="They are compared like that.",
        where=("quirks.normalisation.as_url", "quirks.resources.pair_resources"),
        source=("ckan/lib/dictization/model_dictize.py:147",),
    ),
    Quirk(
        id="C13f",
        name="mimetype-is-guessed-sometimes",
        effect="resource_create guesses a missing MIME type from the URL, package_create does not.",
        workaround="A guess is no difference.",
        where=("quirks.normalisation.same_mimetype",),
        source=("ckan/lib/uploader.py:290",),
    ),
    Quirk(
        id="C24",
        name="url-is-not-unique",
        effect="A resource needs no URL, and several may have the same.",
        workaround="Of equal URLs the first goes with the first, the second with the second.",
        where=("quirks.resources.pair_resources", "syncing.records.with_derived_ids"),
        source=("ckan/logic/schema.py:53", "#3660"),
    ),
    Quirk(
        id="C32",
        name="resource-keys-are-swallowed",
        effect="A key `extras` of a resource is dropped, though all other unknown keys stay.",
        workaround="A sync keeps it under another key.",
        where=("quirks.resources.SWALLOWED", "syncing.fitting.resources.fit_resource"),
        source=("ckan/lib/dictization/model_save.py:44",),
    ),
    Quirk(
        id="C33",
        name="resource-state-is-not-ours",
        effect="state, position and package_id of a resource are ignored when they are sent.",
        workaround="They are neither sent nor compared.",
        where=("quirks.equivalence.SERVER_MADE_RESOURCE_KEYS",),
        source=("ckan/lib/dictization/model_save.py:24",),
    ),
    Quirk(
        id="C34",
        name="empty-resource-is-dropped",
        effect="A resource without any value is dropped without a word.",
        workaround="A sync leaves it out itself, and says so.",
        where=("quirks.resources.is_empty", "syncing.fitting.fit_dataset"),
        source=("ckan/lib/navl/dictization_functions.py:204",),
    ),
    Quirk(
        id="D8a",
        name="resource-id-is-one-datasets",
        effect="Anybody may choose a resource's id, but not one that another dataset has.",
        workaround="A sync derives them from source, record and resource: they never meet. What a dataset in the trash "
        "has, which an editor does not see, is added with another id.",
        where=("syncing.identity.Identity", "syncing.records.with_derived_ids", "syncing.occupied"),
        source=("ckan/logic/schema.py:53",),
    ),
    Quirk(
        id="D8b",
        name="resource-id-twice",
        effect="Two resources of a new dataset with one id are a 500.",
        workaround="A sync takes the id from the second.",
        where=("syncing.fitting.fit_dataset",),
        source=("ckan/lib/dictization/model_save.py:62",),
    ),
    Quirk(
        id="H1a",
        name="upload-is-renamed",
        effect="The file's name is simplified, url becomes CKAN's own address, and CKAN sets the size; format and MIME "
        "type in resource_create alone.",
        workaround="They are compared like that.",
        where=("quirks.normalisation.same_upload_url", "quirks.resources.format_of"),
        source=("ckan/lib/munge.py:140", "ckan/lib/uploader.py:265"),
    ),
    Quirk(
        id="H1b",
        name="url-type-rewrites-the-url",
        effect="A resource that says `url_type: upload` gets an address of this site, whatever its URL was.",
        workaround="A sync leaves out what another site says of its own files.",
        where=("quirks.resources.FILES_OF_THE_SITE", "syncing.fitting.resources.fit_resource"),
        source=("ckan/lib/dictization/model_save.py:40", "ckan/lib/dictization/model_dictize.py:132"),
    ),
    Quirk(
        id="H5",
        name="datastore-writes-resources",
        effect="The DataStore, DataPusher and XLoader write into resources by themselves.",
        workaround="What they write is no difference, and stays; a write that meets theirs is merged anew.",
        where=("quirks.equivalence.IGNORED_RESOURCE_KEYS", "high_level.datasets.revise_until_done"),
        source=("#3245", "#5256"),
    ),
)
