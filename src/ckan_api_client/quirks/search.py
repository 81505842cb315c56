"""Reading lists from CKAN: the query syntax that is safe, and the caps that the server keeps silent about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

#: The most rows that package_search gives, whatever is asked for; a site may set less, without a word (quirk E7).
MOST_ROWS = 1000

#: In which a search comes that asks for no order, unless a site says otherwise (quirk E8).
DEFAULT_ORDER = "score desc, metadata_modified desc"

#: With a plus, or CKAN asks for active ones beside it (ckan/logic/action/get.py:1892).
_EVERY_STATE = "+state:(active OR draft OR deleted)"

_SOLR_SYNTAX = re.compile(r'([+\-!(){}\[\]^"~*?:\\/&|\s])')
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|\\.', re.DOTALL)
_BRACKETED = re.compile(r"\([^()]*\)|[\[{][^\[\]{}]*[\]}]")
_ALTERNATIVES = re.compile(r"\bOR\b|\|\|")
_PHRASE_SYNTAX = re.compile(r'([\\"{:])')


def escape_term(text: str) -> str:
    """Return a text as a Solr term outside of quotes, every special character escaped."""
    return _SOLR_SYNTAX.sub(r"\\\1", text)


def quote_phrase(text: str) -> str:
    r"""Return a text as a quoted Solr phrase.

    `{` and `:` are escaped too: CKAN refuses `{!` and `_query_:` anywhere in a query, in quotes as well
    (ckan/lib/search/query.py:42-48, E12).
    """
    return '"' + _PHRASE_SYNTAX.sub(r"\\\1", text) + '"'


def one_filter(text: str) -> str:
    """Return a filter as it may stand beside others in one `fq`.

    CKAN adds filters of its own to the caller's text (ckan/logic/action/get.py:1888); beside one with a plus, what
    stands in an `OR` is wanted and no longer needed: the filter finds everything (quirk E12c). One without stays as it
    is: brackets around a mere minus would find nothing.
    """
    bare, count = _QUOTED.sub("", text), 1
    while count:
        bare, count = _BRACKETED.subn("", bare)
    return f"+({text})" if _ALTERNATIVES.search(bare) else text


def page_arguments(
    *,
    after: str | None,
    filters: Sequence[str] = (),
    fields: Sequence[str] = (),
    rows: int = MOST_ROWS,
    everything: bool = True,
) -> dict[str, Any]:
    """Return the arguments of package_search for one page, in the order of ids, after a given id.

    Paging by offset in the default order loses and repeats datasets while somebody writes (quirk E8); paging by id
    does not. `everything`: private and draft datasets too, as far as the caller may see them (quirk E9).
    """
    narrowed = [*map(one_filter, filters), *([f"+id:{{{quote_phrase(after)} TO *]"] if after is not None else [])]
    arguments: dict[str, Any] = {"q": "*:*", "sort": "id asc", "rows": rows, "facet": False}
    if narrowed:
        arguments["fq"] = " ".join(narrowed)
    if fields:
        arguments["fl"] = list(fields)
    if everything:
        arguments |= {"include_private": True, "include_drafts": True}
    return arguments


def after_id(text: str) -> list[str]:
    """Return filters for `fq_list`, beside whatever a caller's own `fq` is, that find what comes after an id.

    Twice the same: in a URL, a list of one is no list (quirk A9).
    """
    return [f"id:{{{quote_phrase(text)} TO *]"] * 2


def named_arguments(names: Sequence[str]) -> dict[str, Any]:
    """Return the arguments of package_search that give the datasets of these names, a page of them at most.

    In whatever state they are, as far as the caller may see them; in any order.
    """
    named = f"+name:({' OR '.join(map(quote_phrase, names))})"
    arguments = {"q": "*:*", "fq": f"{named} {_EVERY_STATE}", "rows": len(names), "facet": False}
    return {**arguments, "include_private": True}


def left_out(*, private: bool, drafts: bool, deleted: bool) -> list[str]:
    """Return the filters that find what package_list leaves out (quirk E20), each a part of it.

    Of what is deleted, a search finds nothing where the index does not hold it (quirk E21).
    """
    states = [*(["draft"] if drafts else []), *(["deleted"] if deleted else [])]
    of_public = [f"+capacity:public +state:({' OR '.join(states)})"] if states else []
    of_private = [f"+capacity:private +state:({' OR '.join(['active', *states])})"] if private else []
    return of_public + of_private


def is_shown_from_database(dataset: Mapping[str, Any]) -> bool:
    """Tell whether package_show reads this dataset, found by a search, from the database all the same (quirk E23)."""
    return str(dataset.get("metadata_modified"))[19:23] in {"", ".000"}


def is_unreadable(result: Mapping[str, Any]) -> bool:
    """Tell whether CKAN could read no document of a page, and dropped them all (ckan/logic/action/get.py:1927)."""
    return bool(result["count"]) and not result["results"]


def is_last_page(result: Mapping[str, Any], found: int) -> bool:
    """Tell whether a page of package_search ends the list.

    Its `count` is that of the rest of the list, this page included. A short page proves nothing, since the server
    may give fewer rows than asked for and drops documents that it cannot read (ckan/logic/action/get.py:1927).
    """
    count = result.get("count")
    return found == 0 or (isinstance(count, int) and found >= count)
