"""Reads a query as Solr's standard parser does, into a small tree. Knows no fields' types and no documents.

The grammar is luqum's; what Solr makes of it is here: operators that only mark the clauses beside them, words in a row
that are one clause. Source: solr/core/.../parser/QueryParser.jj and SolrQueryParserBase.addClause.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, TypeAlias

from luqum import tree  # type: ignore[import-untyped]  # luqum has no types
from luqum.exceptions import ParseError  # type: ignore[import-untyped]
from luqum.thread import parse as parse_luqum  # type: ignore[import-untyped]

from .errors import SearchSyntaxError


class Occur(Enum):
    """How a clause counts."""

    MUST = "+"
    SHOULD = " "
    MUST_NOT = "-"


class Operator(Enum):
    """What stands between two clauses that have nothing between them."""

    AND = "AND"
    OR = "OR"


@dataclass(frozen=True, slots=True)
class Everything:
    """`*:*`."""


@dataclass(frozen=True, slots=True)
class Words:
    """Bare words in a row, in one field; without a field in the default one."""

    field: str | None
    words: tuple[str, ...]
    operator: Operator


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, in one field; `slop` is how far they may be apart."""

    field: str | None
    text: str
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word with `*` or `?`, or between slashes, as a regular expression."""

    field: str | None
    expression: str
    prefix: str
    """What each match begins with: spares looking at the others."""


@dataclass(frozen=True, slots=True)
class Exists:
    """`field:*`."""

    field: str


@dataclass(frozen=True, slots=True)
class Similar:
    """`word~2`."""

    field: str | None
    word: str
    distance: int


@dataclass(frozen=True, slots=True)
class Between:
    """A range. None is an open end."""

    field: str | None
    low: str | None
    high: str | None
    include_low: bool
    include_high: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a boolean query."""

    occur: Occur
    node: "Node"


@dataclass(frozen=True, slots=True)
class Boolean:
    """Clauses together. `least` of the optional ones must match."""

    clauses: tuple[Clause, ...]


Node: TypeAlias = Everything | Words | Phrase | Pattern | Exists | Similar | Between | Boolean

_PIECE = re.compile(
    r"""
      (?P<escaped>\\.)
    | (?P<phrase>"(?:[^"\\]|\\.)*")
    | (?P<lone>")
    | (?P<range>[\[{]\s*(?P<low>"(?:[^"\\]|\\.)*"|[^\s\]}]+)\s+TO\s+(?P<high>"(?:[^"\\]|\\.)*"|[^\s\]}]+)\s*[\]}])
    | (?P<and>&&) | (?P<or>\|\|)
    | (?P<not>(?<![^\s(:])!)
    | (?P<bare>(?<!\S)[+-](?=\s|$))
    | (?P<literal>(?<![^\s(:+!-])['<>](?!$))
    """,
    re.VERBOSE | re.DOTALL,
)
_SPECIAL = re.compile(r"[^\w*]")


@lru_cache(maxsize=1024)
def parse(query: str, operator: Operator = Operator.AND) -> Node:
    """The query as a tree. SearchSyntaxError (409) where Solr would not read it."""
    try:
        item = parse_luqum(_PIECE.sub(_as_luqum_reads_it, query))
    except ParseError as error:
        raise syntax_error(query) from error
    node = _Reader(operator).node(item, None)
    if isinstance(node, Boolean) and not isinstance(item, tree.BaseOperation | tree.Unary):
        return Boolean((Clause(Occur.MUST, node),))  # in parentheses, "all but" is no longer the whole query
    return node


def syntax_error(query: str, reason: str = "Cannot parse") -> SearchSyntaxError:
    """CKAN's answer to a query that Solr does not take."""
    error = f"SolrError('Solr responded with an error (HTTP 400): [Reason: {reason}]')"
    detail = f"SOLR returned an error running query: {query!r} Error: {error}"
    return SearchSyntaxError(f"Search error: {detail!r}")


def _as_luqum_reads_it(match: re.Match[str]) -> str:
    """Solr's spellings that luqum does not know, and bounds of ranges, where Solr takes any character."""
    if match["range"]:
        text = match[0]
        low, high = (_bound(match[name]) for name in ("low", "high"))
        return f"{text[0]}{low} TO {high}{text[-1]}"
    if match["lone"]:
        raise syntax_error(match.string)
    if match["phrase"]:
        is_apart = match.start() == 0 or match.string[match.start() - 1] in " \t\n:(+-!"
        return match[0] if is_apart else f" {match[0]}"
    if match["and"]:
        return " AND "
    if match["or"]:
        return " OR "
    if match["not"]:
        return " NOT "
    return f"\\{match[0]}" if match["bare"] or match["literal"] else match[0]


def _bound(text: str) -> str:
    return text if text.startswith('"') else _SPECIAL.sub(lambda found: f"\\{found[0]}", unescaped(text))


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Reader:
    operator: Operator

    def node(self, item: Any, field: str | None) -> Node:
        item = _unwrapped(item)
        if isinstance(item, tree.SearchField):
            return self._fielded(item)
        if isinstance(item, tree.From | tree.To):  # luqum's `<5`, which Solr does not know
            raise syntax_error(str(item))
        if isinstance(item, tree.BaseOperation | tree.Unary):
            return self._boolean(item, field)
        return self._leaf(item, field)

    def _fielded(self, item: Any) -> Node:
        inner = _unwrapped(item.expr)
        if inner is item.expr and isinstance(inner, tree.SearchField | tree.Unary):
            raise syntax_error(str(item))
        name = unescaped(item.name)
        if isinstance(inner, tree.Word) and inner.value == "*":
            return Everything() if name == "*" else Exists(name)
        return self.node(inner, name)

    def _leaf(self, item: Any, field: str | None) -> Node:
        match item:
            case tree.Word():
                return self._word(item.value, field)
            case tree.Phrase():
                return Phrase(field, unescaped(item.value[1:-1]))
            case tree.Proximity():
                return Phrase(field, unescaped(item.term.value[1:-1]), int(item.degree))
            case tree.Fuzzy():
                return Similar(field, unescaped(item.term.value), min(2, int(item.degree)) if item.degree >= 1 else 2)
            case tree.Regex():
                return Pattern(field, item.value[1:-1], "")
            case tree.Range():
                return Between(field, _end(item.low), _end(item.high), item.include_low, item.include_high)
        raise syntax_error(str(item))

    def _word(self, value: str, field: str | None) -> Node:
        if ":" in re.sub(r"\\.", "", value):  # luqum takes times unquoted, Solr does not
            raise syntax_error(value)
        pieces = re.findall(r"\\.|[^\\]", value, flags=re.DOTALL)
        if not any(piece in ("*", "?") for piece in pieces):
            return Words(field, (unescaped(value),), self.operator)
        if value == "*" and field is not None:
            return Exists(field)
        expression = "".join({"*": ".*", "?": "."}.get(piece) or re.escape(piece[-1]) for piece in pieces)
        first = next(place for place, piece in enumerate(pieces) if piece in ("*", "?"))
        return Pattern(field, expression, "".join(piece[-1] for piece in pieces[:first]))

    def _boolean(self, item: Any, field: str | None) -> Node:
        clauses: list[Clause] = []
        for conjunction, occur, node in self._joined(list(_flat(item, "")), field):
            self._add(clauses, conjunction, occur, node)
        if len(clauses) == 1 and clauses[0].occur is not Occur.MUST_NOT:
            return clauses[0].node
        return Boolean(tuple(clauses))

    def _joined(
        self, flat: list[tuple[str, Occur | None, Any]], field: str | None
    ) -> Iterator[tuple[str, Occur | None, Node]]:
        """Each with its node; bare words in a row as one, unless `mm` counts them (Operator.OR)."""
        if self.operator is Operator.OR:
            yield from ((conjunction, occur, self.node(item, field)) for conjunction, occur, item in flat)
            return
        row: list[str] = []
        for place, (conjunction, occur, item) in enumerate(flat):
            node = self.node(item, field)
            is_bare = occur is None and isinstance(item, tree.Word) and isinstance(node, Words)
            goes_on = place + 1 < len(flat) and flat[place + 1][:2] == ("", None)
            follows = goes_on and isinstance(flat[place + 1][2], tree.Word)
            if is_bare and isinstance(node, Words) and (row or (conjunction == "" and follows)) and conjunction == "":
                row.extend(node.words)
                if not follows or not isinstance(self.node(flat[place + 1][2], field), Words):
                    yield "", None, Words(field, tuple(row), self.operator)
                    row = []
                continue
            yield conjunction, occur, node

    def _add(self, clauses: list[Clause], conjunction: str, occur: Occur | None, node: Node) -> None:
        """As SolrQueryParserBase.addClause: an AND or OR also changes the clause before it."""
        if clauses and clauses[-1].occur is not Occur.MUST_NOT:
            if conjunction == "AND":
                clauses[-1] = Clause(Occur.MUST, clauses[-1].node)
            elif conjunction == "OR" and self.operator is Operator.AND:
                clauses[-1] = Clause(Occur.SHOULD, clauses[-1].node)
        if occur is Occur.MUST_NOT:
            clauses.append(Clause(occur, node))
        elif self.operator is Operator.AND:
            clauses.append(Clause(Occur.SHOULD if conjunction == "OR" else Occur.MUST, node))
        else:
            is_required = occur is Occur.MUST or conjunction == "AND"
            clauses.append(Clause(Occur.MUST if is_required else Occur.SHOULD, node))


def _unwrapped(item: Any) -> Any:
    while isinstance(item, tree.Boost | tree.Group | tree.FieldGroup):
        item = item.expr
    return item


def _end(item: Any) -> str | None:
    if isinstance(item, tree.Phrase):
        return unescaped(item.value[1:-1])
    return None if item.value == "*" else unescaped(item.value)


_CONJUNCTIONS = {tree.AndOperation: "AND", tree.OrOperation: "OR", tree.UnknownOperation: ""}


def _flat(item: Any, conjunction: str) -> Iterator[tuple[str, Occur | None, Any]]:
    """Clauses from left to right, each with the operator before it and its sign; groups stay whole."""
    if isinstance(item, tree.BaseOperation):
        for place, child in enumerate(item.children):
            yield from _flat(child, _CONJUNCTIONS[type(item)] if place else conjunction)
    elif isinstance(item, tree.Plus):
        yield conjunction, Occur.MUST, item.a
    elif isinstance(item, tree.Not | tree.Prohibit):
        yield conjunction, Occur.MUST_NOT, item.a
    else:
        yield conjunction, None, item
