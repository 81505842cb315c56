"""Which rows of the datastore match, in which order, in which format. Knows the types of columns, no storage.

Source: ckanext/datastore/backend/postgres.py, search_data and what it calls.
"""

import csv
import io
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from . import columns
from .analysis import folded
from .columns import BadValue, Type
from .errors import NotImplementedHere
from .stemming import stem

Row = Mapping[str, Any]

_COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_CLAUSE: Final = re.compile(r"(.+?)( +(asc|desc))?( nulls +(first|last) *)?", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+")
# PostgreSQL's english.stop
_STOP_TEXT: Final = (
    "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers "
    "herself it its itself they them their theirs themselves what which who whom this that these those am is are "
    "was were be been being have has had having do does did doing a an the and but if or because as until while "
    "of at by for with about against between into through during before after above below to from up down in out "
    "on off over under again further then once here there when where why how all any both each few more most "
    "other some such no nor not only own same so than too very s t can will just don should now "
)
_STOP_WORDS: Final = frozenset(_STOP_TEXT.split())


@dataclass(frozen=True, slots=True)
class Condition:
    """What a column must hold."""

    column: str
    type: Type
    op: str
    value: Any

    def test(self) -> Callable[[Row], bool]:
        """Whether a row fulfils it. BadValue if PostgreSQL could not compare."""
        if self.op == "in":
            tests = [_test(self, "eq", value) for value in self.value]
            return lambda row: any(test(row) for test in tests)
        return _test(self, self.op, self.value)


def _test(condition: Condition, op: str, value: Any) -> Callable[[Row], bool]:
    compare = _COMPARED[op]
    name, type_ = condition.column, condition.type
    if value is None:
        return lambda _row: False
    if type_.name == "text":
        value = str(value)
    elif isinstance(value, int | float) and not isinstance(value, bool) and type_.name in columns.NUMBERS:
        number = Decimal(str(value))
        return lambda row: row.get(name) is not None and compare(Decimal(str(row[name])), number)
    elif type_.name in ("json", "jsonb"):
        raise BadValue(f"operator does not exist: {type_.native} = unknown")
    expected = columns.sortable(type_, columns.read_value(type_, value, name))
    return lambda row: row.get(name) is not None and compare(columns.sortable(type_, row[name]), expected)


@dataclass(frozen=True, slots=True)
class TextQuery:
    """A full-text query: any of these groups of lexemes. A lexeme may be a prefix, or forbidden."""

    groups: tuple[tuple[tuple[str, bool, bool], ...], ...]

    def rank(self, text: str) -> float | None:
        """How well a text matches, or None. As ts_rank(…, 32) where one lexeme is asked for; else only alike."""
        found = lexemes(text)
        ranks = [rank for group in self.groups if (rank := _rank(group, found)) is not None]
        if not ranks:
            return None
        best = max(ranks)
        return float(f"{best / (best + 1):.8g}")  # PostgreSQL reckons in four bytes


def _rank(group: tuple[tuple[str, bool, bool], ...], found: Sequence[str]) -> float | None:
    if not group:
        return None
    total = 0.0
    for lexeme, is_prefix, is_forbidden in group:
        count = sum(word.startswith(lexeme) if is_prefix else word == lexeme for word in found)
        if bool(count) is is_forbidden:
            return None
        total += sum(0.1 / place**2 for place in range(1, count + 1)) / 1.64493406685
    return total / len(group)


def lexemes(text: str) -> list[str]:
    """The words of a text, lower-cased and stemmed, without those that stand in every text."""
    words = (word.lower() for word in _WORD.findall(text))
    return [folded(stem(word)) for word in words if word not in _STOP_WORDS]


def read_text_query(text: str, *, is_plain: bool) -> TextQuery:
    """All of the words (plainto_tsquery); or with `&`, `|`, `!` and `:*` (to_tsquery). BadValue if it is none."""
    if is_plain:
        return TextQuery((tuple((lexeme, False, False) for lexeme in lexemes(text)),))
    if re.search(r"[()<>]", text):
        raise NotImplementedHere("parentheses and distances in a full-text query")
    groups = []
    for alternative in text.split("|"):
        group: list[tuple[str, bool, bool]] = []
        for term in alternative.split("&"):
            match = re.fullmatch(r"\s*(!?)\s*'?([^\s':]+)'?\s*(:\*)?\s*", term)
            if match is None:
                raise BadValue(f'syntax error in tsquery: "{text}"')
            group.extend((lexeme, bool(match[3]), bool(match[1])) for lexeme in lexemes(match[2]))
        groups.append(tuple(group))
    return TextQuery(tuple(groups))


def read_sort_clause(clause: str, names: Sequence[str]) -> tuple[str, bool, bool] | None:
    """The column, whether it descends, whether nulls come first; None if it is no clause of these columns."""
    match = _CLAUSE.fullmatch(clause.strip(" "))
    if match is None:
        return None
    name = match[1]
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1]
    is_descending = (match[3] or "asc").lower() == "desc"
    is_null_first = match[5].lower() == "first" if match[5] else is_descending
    return (name, is_descending, is_null_first) if name in names else None


def sort_rows(
    rows: list[dict[str, Any]], order: Sequence[tuple[str, bool, bool]], types: Mapping[str, Type]
) -> list[dict[str, Any]]:
    for name, is_descending, is_null_first in reversed(order):
        type_ = types[name]
        present = [row for row in rows if row.get(name) is not None]
        missing = [row for row in rows if row.get(name) is None]
        present.sort(key=lambda row: columns.sortable(type_, row[name]), reverse=is_descending)
        rows = missing + present if is_null_first else present + missing
    return rows


def format_rows(
    rows: Sequence[Row], names: Sequence[str], types: Mapping[str, Type], form: str, *, milliseconds: bool
) -> Any:
    """`records` as `objects`, `lists`, `csv` or `tsv`."""
    if form in ("csv", "tsv"):
        return _lines(rows, names, types, "," if form == "csv" else "\t", milliseconds=milliseconds)
    values = [[columns.shown(types[name], row.get(name), milliseconds=milliseconds) for name in names] for row in rows]
    return [dict(zip(names, each, strict=True)) for each in values] if form == "objects" else values


def _lines(
    rows: Sequence[Row], names: Sequence[str], types: Mapping[str, Type], delimiter: str, *, milliseconds: bool
) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    for row in rows:
        writer.writerow([columns.as_text(types[name], row.get(name), milliseconds=milliseconds) for name in names])
    return text.getvalue()


def text_of(row: Row, types: Mapping[str, Type], names: Sequence[str]) -> str:
    """What the full-text index holds of a row."""
    return " ".join(columns.as_text(types[name], row.get(name), milliseconds=False) for name in names)
