"""The arguments of package_search: checked and completed as CKAN does before it asks Solr. Knows no documents.

Source: ckan/logic/action/get.py, package_search; ckan/lib/search/query.py, PackageSearchQuery.run.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import InternalFailure, InvalidParameter, SearchSyntaxError, ValidationFailure
from .values import as_flag

ROWS_MAX = 1000
DEFAULT_SORT = "score desc, metadata_modified desc"
_FIELDS = "name^4 title^4 tags^2 groups^2 text"
_KNOWN = frozenset(("q", "fl", "fq", "fq_list", "rows", "start", "sort", "extras", "wt", "df", "defType"))
_KNOWN |= {"qf", "bf", "boost", "mm", "tie", "facet", "facet.mincount", "facet.limit", "facet.field"}
_SWITCHES = frozenset(("include_private", "include_drafts", "include_deleted", "use_default_schema"))
_PARSERS = frozenset(("lucene", "dismax", "edismax"))
_MAGIC = re.compile(r"(?<![\w\\])\\?_(?:\\?q\\?u\\?e\\?r\\?y|\\?v\\?a\\?l)\\?_\s*:")
_LOCAL = re.compile(r"(?:^|[^\\])(?:\\\\)*\{!")


@dataclass(frozen=True)
class Parameters:
    """What Solr is asked."""

    q: str
    filters: tuple[str, ...]
    sort: str
    start: int
    rows: int
    fl: tuple[str, ...]
    use_default_schema: bool
    facet_fields: tuple[str, ...]
    facet_limit: int
    facet_mincount: int
    parser: str
    """`lucene`, `dismax` or `edismax`."""
    qf: str
    mm: str
    tie: float


def read_parameters(arguments: Mapping[str, Any], labels: Sequence[str] | None = None) -> Parameters:
    """ValidationFailure (409), InvalidParameter (400) and SearchSyntaxError (409) as CKAN has them."""
    checked = _checked(arguments)
    switches = {name: as_flag(checked.pop(name, False)) for name in _SWITCHES}
    _refuse_unknown(checked)
    q = checked.get("q") or "*:*"
    q = "*:*" if q in ('""', "''") else q
    filters = _filters(checked, switches, labels)
    for name, value in (("q", q), *(("fq", item) for item in filters), *_texts(checked)):
        _refuse_local_parameters(name, value)
    parser = str(checked.get("defType", "dismax"))
    if parser not in _PARSERS:
        raise SearchSyntaxError(f"Search error: {f'SOLR returned an error: invalid query parser {parser!r}'!r}")
    facets = _as_bool_of_solr(checked.get("facet", "true"))
    sort = checked.get("sort")
    return Parameters(
        q=q,
        filters=tuple(filters),
        sort=DEFAULT_SORT if sort in (None, "rank") else sort,
        start=checked.get("start") or 0,
        rows=checked["rows"],
        fl=tuple(checked.get("fl") or ()),
        use_default_schema=switches["use_default_schema"],
        facet_fields=tuple(checked.get("facet.field") or ()) if facets else (),
        facet_limit=checked.get("facet.limit", 50),
        facet_mincount=checked.get("facet.mincount", 1),
        parser=parser if ":" not in q or parser == "edismax" else "lucene",
        qf=checked.get("qf") or _FIELDS,
        mm=str(checked.get("mm", "2<-1 5<80%")),
        tie=float(checked.get("tie", 0.1)),
    )


def _checked(arguments: Mapping[str, Any]) -> dict[str, Any]:
    checks: dict[str, Callable[[Any], Any]] = {
        **dict.fromkeys(("q", "fq", "sort", "qf", "facet"), _as_text),
        "start": lambda value: _whole(_natural(value)),
        "facet.mincount": _natural,
        "rows": _rows,
        "facet.limit": _integer,
        "fl": lambda value: [value] if isinstance(value, str) else value,
        "facet.field": _list_of_texts,
    }
    checked: dict[str, Any] = {}
    errors: dict[str, list[Any]] = {}
    for name, value in arguments.items():
        if name.startswith("ext_") or (value is None and name in checks):
            continue
        try:
            checked[name] = checks[name](value) if name in checks else value
        except ValueError as error:
            errors[name] = list(error.args)
    if errors:
        raise ValidationFailure(errors)
    rows = checked.get("rows")
    checked["rows"] = 10 if rows is None else min(rows, ROWS_MAX)
    return checked


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _integer(value: Any) -> int | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = float(value)
        if number == int(number):
            return int(value)
    except (TypeError, ValueError, OverflowError):
        pass
    raise ValueError("Invalid integer")


def _natural(value: Any) -> int | None:
    number = _integer(value)
    if number is not None and number < 0:
        raise ValueError("Must be a natural number")
    return number


def _rows(value: Any) -> int | None:
    if value == "":
        return None
    try:
        return _whole(_natural(value))
    except ValueError as error:
        if isinstance(value, list | dict):
            raise InternalFailure("Internal Server Error") from None
        also = (
            ("Please enter an integer value",) if isinstance(value, str) and error.args == ("Invalid integer",) else ()
        )
        raise ValueError(*error.args, *also) from None


def _whole(number: int | None) -> int:
    """CKAN hands a blank on to int()."""
    if number is None:
        raise InternalFailure("Internal Server Error")
    return number


def _list_of_texts(value: Any) -> list[str]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise ValueError("Could not parse as valid JSON", "Not a list") from None
    if not isinstance(value, list):
        raise ValueError("Not a list")  # noqa: TRY004 — becomes a message of the 409
    for item in value:
        if not isinstance(item, str):
            raise ValueError(f"Not a string: {item}")  # noqa: TRY004 — as above
    return value


def _as_bool_of_solr(text: str) -> bool:
    if text.startswith(("true", "on", "yes")):
        return True
    if text.startswith(("false", "off", "no")):
        return False
    raise SearchSyntaxError(f"Search error: {f'SOLR returned an error: invalid boolean value: {text}'!r}")


def _refuse_unknown(checked: Mapping[str, Any]) -> None:
    unknown = [name for name in checked if name not in _KNOWN]
    if unknown:
        raise InvalidParameter(f"Search Query is invalid: {f'Invalid search parameters: {unknown}'!r}")


def _filters(checked: Mapping[str, Any], switches: Mapping[str, bool], labels: Sequence[str] | None) -> list[str]:
    """CKAN's own filters stand in the same text as the caller's: operators in that one reach them."""
    fq = str(checked.get("fq") or "")
    if not switches["include_private"]:
        fq = f"+capacity:public {fq}"
    if "+state" not in fq:
        drafts = ["draft"] if switches["include_drafts"] else []
        deleted = ["deleted"] if switches["include_deleted"] else []
        fq = f"{fq} +state:({' OR '.join(['active', *drafts, *deleted])})"
    filters = [fq, *(str(item) for item in checked.get("fq_list") or ())]
    if not any("+state:" in item for item in filters):
        filters.append("+state:active")
    if labels is not None:
        literals = (f'"{label.replace(chr(34), "")}"' for label in labels)
        filters.append(f"+permission_labels:({' OR '.join(literals)})")
    return filters


def _texts(checked: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in checked.items() if isinstance(value, str) and name not in ("q", "fq")]


def _refuse_local_parameters(name: str, value: str) -> None:
    value = value.strip()
    if _MAGIC.search(value):
        raise _refusal(f"Magic fields are not supported in param '{name}'.")
    found = _LOCAL.findall(value)
    if len(found) > 1:
        raise _refusal(f"Query parsers are not supported in param '{name}'.")
    if found and not value.startswith("{!"):
        raise _refusal(f"Local parameters must be defined at the beginning of param '{name}'.")
    if found:
        raise _refusal(f"Local parameters are not supported in param '{name}'.")


def _refusal(reason: str) -> SearchSyntaxError:
    return SearchSyntaxError(f"Search error: {reason!r}")
