"""The fields of CKAN's Solr schema: their types, and what Solr does with each. Knows no documents and no queries.

Source: ckan/config/solr/schema.xml, the same in CKAN 2.10, 2.11 and 2.12.
"""

import enum
from dataclasses import dataclass


class Kind(enum.Enum):
    """The type of a field: how its values become terms."""

    STRING = "string"
    TEXT = "text"
    TEXT_GENERAL = "text_general"
    NGRAM = "text_ngram"
    DATE = "date"
    INT = "int"

    @property
    def is_tokenized(self) -> bool:
        return self in (Kind.TEXT, Kind.TEXT_GENERAL, Kind.NGRAM)


@dataclass(frozen=True, slots=True)
class Field:
    """What the schema says of a field."""

    kind: Kind
    is_stored: bool = False
    is_multivalued: bool = False
    is_copied: bool = False
    """Into the field `text`, where a search without a field looks."""
    is_indexed: bool = True


_TABLE = """
id                string        stored
index_id          string        stored
site_id           string        stored
entity_type       string        stored
dataset_type      string        stored
state             string        stored
name              string        stored copied
name_ngram        text_ngram    stored
title             text          stored copied
title_ngram       text_ngram    stored
title_string      string
notes             text          stored copied
revision_id       string        stored
version           string        stored
url               string        stored
ckan_url          string        stored
download_url      string        stored
author            text_general  stored copied
author_email      text_general  stored
maintainer        text_general  stored copied
maintainer_email  text_general  stored
license           string        stored copied
license_id        string        stored
tags              string        stored copied multivalued
groups            string        stored copied multivalued
organization      string        stored copied
capacity          string        stored
permission_labels string        multivalued
res_name          text_general  stored copied multivalued
res_description   text_general  stored copied multivalued
res_format        string        stored multivalued
res_url           string        stored multivalued
res_type          string        stored multivalued
text              text          multivalued
urls              text          multivalued
depends_on        text          multivalued
dependency_of     text          multivalued
derives_from      text          multivalued
has_derivation    text          multivalued
links_to          text          multivalued
linked_from       text          multivalued
child_of          text          multivalued
parent_of         text          multivalued
views_total       int
views_recent      int
resources_accessed_total   int
resources_accessed_recent  int
metadata_created  date          stored
metadata_modified date          stored
indexed_ts        date          stored
data_dict         string        stored unindexed
validated_data_dict string      stored unindexed
_version_         string        stored
"""


def _field(kind: str, *flags: str) -> Field:
    return Field(
        Kind(kind),
        is_stored="stored" in flags,
        is_multivalued="multivalued" in flags,
        is_copied="copied" in flags,
        is_indexed="unindexed" not in flags,
    )


_FIELDS = {line.split()[0]: _field(*line.split()[1:]) for line in _TABLE.strip().splitlines()}
_DYNAMIC = (  # Solr tries the longest pattern first.
    ("res_extras_", _field("text", "stored", "copied", "multivalued")),
    ("extras_", _field("text", "stored", "copied")),
    ("vocab_", _field("string", "stored", "copied", "multivalued")),
)
_DATE = _field("date", "stored")
_BARE = _field("string")

COPIES = {"urls": ("url", "ckan_url", "download_url", "res_url")}
"""Fields that are filled from others and not stored; so is `text`, from all that are `is_copied`."""


def field_of(name: str) -> Field:
    """The field of this name. There is one for any name: what the schema does not know is an exact string."""
    if name in _FIELDS:
        return _FIELDS[name]
    for prefix, field in _DYNAMIC:
        if name.startswith(prefix):
            return field
    return _DATE if name.endswith("_date") else _BARE


def kind_of(name: str) -> Kind:
    return field_of(name).kind
