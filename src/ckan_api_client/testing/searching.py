"""datastore_search: its arguments, and the answer from a table's rows. Knows no storage.

Source: ckanext/datastore/logic/schema.py, plugin.py (datastore_validate) and backend/postgres.py (search_data).
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from .columns import BadValue, Type, known_type
from .errors import InternalFailure, NotImplementedHere, ValidationFailure
from .selecting import (
    Condition,
    TextQuery,
    format_rows,
    read_sort_clause,
    read_text_query,
    sort_rows,
    text_of,
)
from .tables import Record, Table
from .writing import listed

ROWS_DEFAULT: Final = 100
ROWS_MAX: Final = 32_000

_FORMATS: Final = ["objects", "lists", "csv", "tsv"]
_OPERATORS: Final = ("eq", "in", "lt", "lte", "gt", "gte")
_KNOWN: Final = frozenset(("resource_id", "q", "plain", "filters", "language", "limit", "offset", "fields", "sort"))
_FLAGS: Final = frozenset(("distinct", "include_total", "total_estimation_threshold", "records_format", "full_text"))
_PATH: Final = "/api/3/action/datastore_search"


def conditions_of(
    table: Table, filters: Mapping[str, Any], *, has_operators: bool
) -> tuple[list[Condition], dict[str, Any] | None]:
    """What the filters ask, and `filterops`, CKAN 2.12's own way to say it. ValidationFailure for unknown columns."""
    types = types_of(table)
    conditions: list[Condition] = []
    for name, value in filters.items():
        if name.startswith("$"):
            raise NotImplementedHere("$or and $and in filters of the datastore")
        if name not in types:
            message = f"Unknown field: {name}" if has_operators else f'invalid value "{name}"'
            raise ValidationFailure({"filters": [message]})
        if has_operators and isinstance(value, dict):
            for op, operand in value.items():
                if op not in _OPERATORS:
                    raise NotImplementedHere(f"the operator {op} in filters of the datastore")
                conditions.append(Condition(name, types[name], op, operand))
        elif isinstance(value, list) and not types[name].name.startswith("_"):
            conditions.append(Condition(name, types[name], "in", value))
        else:
            conditions.append(Condition(name, types[name], "eq", value))
    operations = [{"op": each.op, "field": each.column, "value": each.value} for each in conditions]
    if not operations:
        return conditions, None
    return conditions, operations[0] if len(operations) == 1 else {"op": "$and", "field": None, "value": operations}


def types_of(table: Table) -> dict[str, Type]:
    return {"_id": known_type("int"), **{column.id: known_type(column.type) for column in table.columns}}


class Search:
    """A datastore_search whose arguments are checked as far as they do not need the table."""

    def __init__(self, asked: dict[str, Any], *, is_from_2_12: bool) -> None:
        self._asked = asked
        self._is_from_2_12 = is_from_2_12
        errors: dict[str, list[str]] = {}
        if not asked.get("resource_id"):
            errors["resource_id"] = ["Missing value"]
        self.limit = _limit(asked.get("limit"), errors)
        self.offset = _offset(asked.get("offset"), errors)
        self.form = asked.get("records_format", "objects")
        if self.form not in _FORMATS:
            errors["records_format"] = [f"Value must be one of {_FORMATS}"]
        if isinstance(asked.get("filters"), str):
            _read_json(asked, errors)
        if errors:
            raise ValidationFailure(errors)
        if asked.get("include_next_page"):
            raise NotImplementedHere("include_next_page of datastore_search")
        self.resource_id = str(asked["resource_id"])
        self._q = _text_query(asked.get("q"))
        if self._q is not None:
            asked["q"] = self._q

    def run(self, table: Table, records: Mapping[int, Record]) -> dict[str, Any]:
        asked = self._asked
        types = types_of(table)
        conditions, operations = self._conditions(table)
        queries = self._queries(types)
        ranks = {name: known_type("float") for name in queries}
        names = self._names(types, ranks)
        order = self._order([*types, *ranks])
        self._check_rest()
        rows = self._matching(records, conditions, queries, table)
        all_types = {**types, **ranks}
        if not order:
            order = [(name, True, False) for name in queries] or (
                [] if asked.get("distinct") else [("_id", False, False)]
            )
        rows = sort_rows(rows, order, all_types)
        shown = self._shown_names(names, types, ranks)
        page, total = self._page(rows, shown, all_types)
        given = format_rows(page, shown, all_types, self.form, milliseconds=self._is_from_2_12)
        if self.form == "objects" and not self._is_from_2_12 and "j" in shown:
            given = [record["j"] for record in given]  # CKAN's SQL calls its rows "j", too, and takes the column
        is_blank = self._asked.get("fields") in ("", [])  # all columns, and none described
        fields = [] if is_blank else [_field(table, name, ranks) for name in names]
        return {**self._echo(table, operations), "records": given, "fields": fields, **self._totals(total)}

    def _conditions(self, table: Table) -> tuple[list[Condition], dict[str, Any] | None]:
        filters = self._asked.get("filters")
        if not filters:
            return [], None
        if not isinstance(filters, dict):
            raise InternalFailure("Internal Server Error")
        return conditions_of(table, filters, has_operators=self._is_from_2_12)

    def _queries(self, types: Mapping[str, Type]) -> dict[str, tuple[TextQuery, str | None]]:
        """The full-text queries by the name of their rank, each with the column it is for."""
        is_plain = bool(self._asked.get("plain", True))
        text = self._asked.get("full_text") or self._q
        try:
            if not isinstance(text, dict):
                return {"rank": (read_text_query(text, is_plain=is_plain), None)} if text else {}
            for name, value in text.items():
                if name not in types or not isinstance(value, str):
                    raise ValidationFailure({"q": [f'invalid value "{name}"']})
            return {f"rank {name}": (read_text_query(value, is_plain=is_plain), name) for name, value in text.items()}
        except BadValue as bad:
            raise _invalid_query(bad) from None

    def _names(self, types: Mapping[str, Type], ranks: Mapping[str, Type]) -> list[str]:
        names = listed(self._asked.get("fields")) or [*types, *ranks]
        for name in names:
            if name not in types and name not in ranks:
                raise ValidationFailure({"fields": [f'invalid value "{name}"']})
        return names

    def _shown_names(self, names: list[str], types: Mapping[str, Type], ranks: Mapping[str, Type]) -> list[str]:
        """With `full_text`, CKAN gives all columns, whatever `fields` says."""
        if not (self._asked.get("full_text") and self._asked.get("fields")):
            return names
        return [*types, *(name for name in ranks if name in names)]

    def _order(self, names: list[str]) -> list[tuple[str, bool, bool]]:
        sort = self._asked.get("sort")
        clauses = sort if isinstance(sort, list) else [item.strip() for item in sort.split(",")] if sort else []
        order = []
        for clause in clauses:
            read = read_sort_clause(clause, names)
            if read is None:
                raise ValidationFailure({"sort": [f'invalid value "{clause}"']})
            order.append(read)
        return order

    def _check_rest(self) -> None:
        if self.offset < 0:
            raise ValidationFailure({"offset": [f'invalid value "{self.offset}"']})
        known = _KNOWN | _FLAGS | ({"include_next_page"} if self._is_from_2_12 else set())
        unknown = [name for name in self._asked if name not in known]
        if unknown:
            raise ValidationFailure({"__extras": [f'invalid value "{unknown[0]}"']})

    def _matching(
        self,
        records: Mapping[int, Record],
        conditions: list[Condition],
        queries: Mapping[str, tuple[TextQuery, str | None]],
        table: Table,
    ) -> list[dict[str, Any]]:
        types = types_of(table)
        if not self._is_from_2_12 and any(each.op == "in" and not each.value for each in conditions):
            raise _invalid_query(BadValue('syntax error at or near ")"'))
        try:
            tests = [condition.test() for condition in conditions]
        except BadValue as bad:
            raise _invalid_query(bad) from None
        rows = ({"_id": number, **record} for number, record in records.items())
        found = [row for row in rows if all(test(row) for test in tests)]
        for name, (query, column) in queries.items():
            sought = [column] if column else table.names
            ranked = [(query.rank(text_of(row, types, sought)), row) for row in found]
            found = [{**row, name: rank} for rank, row in ranked if rank is not None]
        return found

    def _page(
        self, rows: list[dict[str, Any]], names: list[str], types: Mapping[str, Type]
    ) -> tuple[list[dict[str, Any]], int]:
        """The page and the total. Before CKAN 2.12 the page is cut before equal rows are dropped from it."""
        cut = slice(self.offset, self.offset + self.limit)
        if not self._asked.get("distinct"):
            return rows[cut], len(rows)
        every = _distinct(rows, names)
        order = [(name, False, False) for name in names]
        page = every[cut] if self._is_from_2_12 else _distinct(rows[cut], names)
        keeps_order = self._is_from_2_12 and self._asked.get("sort")
        return (page if keeps_order else sort_rows(page, order, types)), len(every)

    def _echo(self, table: Table, operations: dict[str, Any] | None) -> dict[str, Any]:
        """What CKAN sends back of the arguments, with its defaults."""
        echo = {
            **{name: value for name, value in self._asked.items() if value is not None},
            "resource_id": table.id,
            "limit": self.limit,
            "records_format": self.form,
            "include_total": self._includes_total,
        }
        if self._is_from_2_12:
            return {**echo, "include_next_page": False, **({"filterops": operations} if operations else {})}
        threshold = self._asked.get("total_estimation_threshold")
        return {**echo, "total_estimation_threshold": threshold, "_links": _links(self.offset, self.limit)}

    @property
    def _includes_total(self) -> bool:
        return bool(self._asked.get("include_total", True))

    def _totals(self, total: int) -> dict[str, Any]:
        if not self._includes_total:
            return {}
        return {"total": total} if self._is_from_2_12 else {"total": total, "total_was_estimated": False}


def _limit(value: Any, errors: dict[str, list[str]]) -> int:
    if value is None or value == "":
        return ROWS_DEFAULT
    try:
        limit = int(value)
    except (TypeError, ValueError):
        errors["limit"] = ["Invalid integer", "Please enter an integer value"]
        return 0
    if limit < 0:
        errors["limit"] = ["Must be a natural number"]
    return min(limit, ROWS_MAX)


def _offset(value: Any, errors: dict[str, list[str]]) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        errors["offset"] = ["Invalid integer"]
        return 0


def _read_json(asked: dict[str, Any], errors: dict[str, list[str]]) -> None:
    try:
        asked["filters"] = json.loads(asked["filters"])
    except ValueError:
        errors["filters"] = ["Cannot parse JSON"]


def _text_query(q: Any) -> str | dict[str, Any] | None:
    if q is None or isinstance(q, dict):
        return q
    try:
        read = json.loads(q) if isinstance(q, str) else None
    except ValueError:
        read = None
    return read if isinstance(read, dict) else str(q)


def _invalid_query(bad: BadValue) -> ValidationFailure:
    """CKAN also sends the statement and its parameters, which are of no use here."""
    return ValidationFailure({"query": ["Invalid query"], "info": {"orig": [f"{bad}\n"]}})


def _distinct(rows: list[dict[str, Any]], names: list[str]) -> list[dict[str, Any]]:
    by_values = {json.dumps([row.get(name) for name in names], sort_keys=True): row for row in reversed(rows)}
    return list(reversed(by_values.values()))


def _field(table: Table, name: str, ranks: Mapping[str, Type]) -> dict[str, Any]:
    if name == "_id":
        return {"id": "_id", "type": "int"}
    column = table.column(name)
    if name in ranks or column is None:
        return {"id": name, "type": "float"}
    return {"id": name, "type": column.type, **({} if column.info is None else {"info": column.info})}


def _links(offset: int, limit: int) -> dict[str, str]:
    links = {"start": _PATH, "next": f"{_PATH}?offset={offset + limit}"}
    if offset - limit > 0:
        links["prev"] = f"{_PATH}?offset={offset - limit}"
    return links
