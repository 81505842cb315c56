"""What CKAN's index holds for a dataset, and what Solr refuses to hold. Knows no queries.

Source: ckan/lib/search/index.py, PackageSearchIndex.index_package; for what is left out, Solr's RemoveBlankField.
"""

import hashlib
import json
import re
import string
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from . import dates
from .fields import Kind, field_of

Document: TypeAlias = dict[str, Any]

SITE_ID = "default"
LONGEST_TERM = 32_766
"""Bytes: Lucene's limit for one term."""

_KEY_LETTERS = frozenset(string.ascii_letters + string.digits + "_-")
_RESERVED = frozenset(
    ("entity_type", "res_url", "text", "urls", "indexed_ts", "site_id", "tags", "groups", "res_name")
) | {"res_description", "res_format", "res_type"}
_RESOURCE_FIELDS = {
    "name": "res_name",
    "description": "res_description",
    "format": "res_format",
    "url": "res_url",
    "resource_type": "res_type",
}
_NGRAMS = {"title_ngram": "title", "name_ngram": "name"}
_NESTED = frozenset(("extras", "tags", "groups", "organization", "resources", "relationships_as_subject"))
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def document_of(package: Mapping[str, Any], labels: Sequence[str]) -> Document:
    """The document for a dataset as package_show gives it. It shares nothing with the dataset.

    All values are texts or lists of texts, as Solr gets them; blanks are left out. `validated_data_dict` is the dataset
    itself (in Solr, its JSON text). OverflowError for a date that dateutil chokes on: CKAN 2.12 answers 500, those
    before it keep the dataset but never index it.
    """
    raw: dict[str, Any] = {key: value for key, value in package.items() if key not in _NESTED}
    _add_extras(raw, package)
    _add_nested(raw, package)
    raw["title_string"] = raw.get("title")
    raw["capacity"] = "private" if package.get("private") else "public"
    raw["dataset_type"] = package.get("type") or "dataset"
    raw["entity_type"] = "package"
    raw["site_id"] = SITE_ID
    raw["index_id"] = hashlib.md5(f"{package['id']}{SITE_ID}".encode(), usedforsecurity=False).hexdigest()
    for key in ("title", "notes", "title_string"):
        if isinstance(raw.get(key), str):
            raw[key] = _NOT_IN_XML.sub("", raw[key])
    if isinstance(raw.get("title"), str):
        raw["title"] = raw["title"].lstrip()
    document = {_field_name(key): text for key, value in raw.items() if (text := _as_solr_has_it(key, value))}
    document.update({copy: document[source] for copy, source in _NGRAMS.items() if source in document})
    document["permission_labels"] = list(labels)
    document["validated_data_dict"] = json.loads(json.dumps(package))
    return document


def check_document(document: Mapping[str, Any]) -> str | None:
    """Why Solr would not index this document, in its own words, or None. CKAN makes of it a 500 Search Index Error."""
    for name, value in document.items():
        field = field_of(name)
        if not field.is_indexed:
            continue
        for text in value if isinstance(value, list) else [value]:
            reason = _reason(name, text, field.kind)
            if reason:
                return (
                    "Solr returned an error: Solr responded with an error (HTTP 400): [Reason: "
                    f"{reason.format(id=document.get('index_id', ''))}]"
                )
    return None


def _reason(name: str, text: str, kind: Kind) -> str | None:
    if kind is Kind.STRING and len(text) > LONGEST_TERM // 4 and len(text.encode()) > LONGEST_TERM:
        start = ", ".join(str(byte - 256 if byte > 127 else byte) for byte in text.encode()[:30])  # noqa: PLR2004 — Java's
        return (
            "Exception writing document id {id} to the index; possible analysis error: Document contains at least one "
            f'immense term in field="{name}" (whose UTF8 encoding is longer than the max length {LONGEST_TERM}), all '
            "of which were skipped.  Please correct the analyzer to not produce such terms.  The prefix of the first "
            f"immense term is: '[{start}]...', original message: bytes can be at most {LONGEST_TERM} in length; got "
            f"{len(text.encode())}. Perhaps the document has an indexed string field (solr.StrField) which is too large"
        )
    if kind is Kind.DATE:
        try:
            dates.milliseconds(text)
        except (ValueError, OverflowError):
            return f"ERROR: [doc={{id}}] Error adding field '{name}'='{text}' msg=Invalid Date String:'{text}'"
    if kind is Kind.INT and not re.fullmatch(r"-?\d{1,10}", text):
        return f"ERROR: [doc={{id}}] Error adding field '{name}'='{text}' msg=For input string: \"{text}\""
    return None


def _add_extras(raw: dict[str, Any], package: Mapping[str, Any]) -> None:
    taken = _RESERVED | package.keys() | {"title_string", "data_dict", "validated_data_dict"}
    for extra in package.get("extras") or ():
        key = "".join(letter for letter in extra["key"] if letter in _KEY_LETTERS)
        value = extra.get("value")
        text = " ".join(map(str, value)) if isinstance(value, list) else value
        raw[f"extras_{key}"] = text
        if key not in taken:
            raw[key] = text


def _add_nested(raw: dict[str, Any], package: Mapping[str, Any]) -> None:
    raw["tags"] = [tag["name"] for tag in package.get("tags") or () if not tag.get("vocabulary_id")]
    for tag in package.get("tags") or ():
        if tag.get("vocabulary_id"):
            raw.setdefault(f"vocab_{tag['vocabulary_id']}", []).append(tag["name"])
    raw["groups"] = [group["name"] for group in package.get("groups") or ()]
    raw["organization"] = (package.get("organization") or {}).get("name")
    for resource in package.get("resources") or ():
        for key, name in _RESOURCE_FIELDS.items():
            raw.setdefault(name, []).append(resource.get(key) or "")


def _field_name(key: str) -> str:
    return re.sub(r"[^\w.-]", "_", key, flags=re.ASCII)


def _as_solr_has_it(key: str, value: Any) -> str | list[str] | None:
    if key.endswith("_date"):
        return _date(key, value)
    if key in ("metadata_created", "metadata_modified"):
        return dates.stored(f"{str(value).removesuffix('Z')}Z")
    if isinstance(value, list):
        return [text for each in value if not isinstance(each, dict | list) and (text := _text(each))]
    return None if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _date(key: str, value: Any) -> str | None:
    """CKAN's own reading: with a zone it writes what Solr refuses (see `check_document`)."""
    found = dates.read_loosely(value) if isinstance(value, str) else None
    if found is None:
        return None
    text = found.isoformat() if found.tzinfo else f"{found.isoformat()}Z"
    return text if found.tzinfo or field_of(key).kind is not Kind.DATE else dates.stored(text)
