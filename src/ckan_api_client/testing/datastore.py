"""The datastore's actions on tables in SQLite: arguments in, CKAN's result or refusal out (quirks H2, H3).

It knows no users and no resources: who may, which resources are read-only (`force`) and a resource's
`datastore_active` are the caller's. Source: ckanext/datastore/logic/action.py and backend/postgres.py.
"""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from . import columns
from .columns import BadValue, known_type
from .errors import IntegrityFailure, InternalFailure, NotFoundFailure, ValidationFailure
from .searching import Search, conditions_of
from .tables import Column, Table, Tables
from .writing import Writing, index_name, listed

LONGEST_NAME: Final = 63
READ_ONLY: Final = (
    "Cannot edit read-only resource because changes made may be lost. Use a resource created for editing e.g. with "
    'datastore_create or use "force=True" to ignore this warning.'
)
READ_ONLY_2_10: Final = 'Cannot edit read-only resource. Either pass"force=True" or change url_type to "datastore"'

_METHODS: Final = ["upsert", "insert", "update"]


class Datastore:
    """The tables of all resources, in the caller's connection: it commits. Each action happens whole or not at all.

    `ckan_version` ("2.10…", "2.11…", "2.12…") decides about the shape of answers, about blanks in columns that are no
    text, and about columns that a later datastore_create does not name. All else is as in CKAN 2.11.
    """

    def __init__(self, connection: sqlite3.Connection, *, ckan_version: str = "2.11.6") -> None:
        self._tables = Tables(connection)
        self._minor = int(ckan_version.split(".")[1])

    @property
    def _is_from_2_11(self) -> bool:
        return self._minor >= 11  # noqa: PLR2004 — CKAN 2.11

    @property
    def _is_from_2_12(self) -> bool:
        return self._minor >= 12  # noqa: PLR2004 — CKAN 2.12

    def clear(self) -> None:
        """Drop all tables."""
        self._tables.clear()

    def create(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """datastore_create: makes or extends a table, inserts `records`. ValidationFailure, IntegrityFailure."""
        asked = _renamed(arguments)
        if not asked.get("resource_id"):
            raise ValidationFailure({"resource_id": ["resource_id or resource required"]})
        records = asked.pop("records", None)
        fields = _fields_of(asked, arguments)
        aliases = listed(asked.get("aliases"))
        for alias in aliases or ():
            if "%" in alias or not _is_valid_name(alias):
                raise ValidationFailure({"alias": [f'"{alias}" is not a valid alias name']})
        deletes = self._is_from_2_11 and bool(asked.pop("delete_fields", False))
        table = self._tables.find(asked["resource_id"])
        is_new = table is None or table.id != asked["resource_id"]
        table = Table(asked["resource_id"]) if table is None or is_new else table
        with self._tables.all_or_nothing():
            self._describe(table, fields, records, is_new=is_new, deletes=deletes)
            self._tables.save(table)
            if records:
                self._writing(table).insert(records)
            self._index(table, listed(asked.get("primary_key")), listed(asked.get("indexes")))
            self._alias(table, aliases)
            self._tables.save(table)
        result = {**asked, "method": "insert"}
        if self._is_from_2_11:
            result["delete_fields"] = deletes
        return self._echoed(result, records, shows_records=False)

    def upsert(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """datastore_upsert by `method`: upsert (the default), insert or update."""
        asked = _renamed(arguments)
        method = asked.get("method", "upsert")
        errors = {} if method in _METHODS else {"method": [f"Value must be one of {_METHODS}"]}
        table = self._table(asked, errors)
        records = asked.pop("records", None)
        try:
            with self._tables.all_or_nothing(keeps=not asked.get("dry_run")):
                if records:
                    writing = self._writing(table)
                    records = writing.insert(records) if method == "insert" else writing.upsert(records, method)
        finally:
            self._tables.save(table)  # the numbers that were given stay used
        return self._echoed(asked, records, shows_records=not self._is_from_2_12)

    def delete(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """datastore_delete: the rows that `filters` select; without filters the table."""
        asked = _renamed(arguments)
        filters = asked.pop("filters", None)
        if filters is not None and not isinstance(filters, dict):
            raise ValidationFailure({"filters": ["filters must be either a dict or null."]})
        table = self._table(asked, {})
        if filters is None:
            with self._tables.all_or_nothing():
                self._tables.drop(table)
            return asked
        asked["filters"] = filters
        conditions, operations = conditions_of(table, filters, has_operators=self._is_from_2_12)
        try:
            tests = [condition.test() for condition in conditions]
        except BadValue:
            raise InternalFailure("Internal Server Error") from None  # CKAN does not catch the database's error
        with self._tables.all_or_nothing():
            records = self._tables.records(table)
            rows = {number: {**record, "_id": number} for number, record in records.items()}
            self._tables.remove(table, [number for number, row in rows.items() if all(test(row) for test in tests)])
        if self._is_from_2_12 and operations:
            asked["filterops"] = operations
        return asked

    def records_delete(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """datastore_records_delete (from 2.11): never the table."""
        asked = _renamed(arguments)
        errors = {} if asked.get("resource_id") else {"resource_id": ["Missing value"]}
        if "filters" not in asked:
            errors["filters"] = ["Missing value"]
        elif not isinstance(asked["filters"], dict):
            errors["filters"] = ["Must be a dict"]
        if errors:
            raise ValidationFailure(errors)
        return self.delete(asked)

    def search(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """datastore_search by the id of a resource or an alias."""
        search = Search(_renamed(arguments), is_from_2_12=self._is_from_2_12)
        table = self._tables.find(search.resource_id)
        if table is None:
            raise NotFoundFailure(f'Resource "{search.resource_id}" was not found.')
        return search.run(table, self._tables.records(table))

    def info(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """datastore_info. Sizes are those of an almost empty table."""
        asked = _renamed(arguments)
        if not self._is_from_2_11 and not arguments.get("id"):
            raise ValidationFailure({"id": ["Missing value"]})
        if not asked.get("resource_id"):
            raise ValidationFailure({"resource_id": ["Missing value"]})
        table = self._tables.find(asked["resource_id"])
        if table is None:
            raise NotFoundFailure(f'Resource/Alias "{asked["resource_id"]}" was not found.')
        meta = {
            "id": table.id,
            "count": self._tables.count(table),
            "table_type": "BASE TABLE",
            "size": 8192,
            "db_size": 8_000_000,
            "idx_size": 40_960 if self._is_from_2_12 else 49_152,
            "aliases": sorted(table.aliases),
        }
        return {"meta": meta, "fields": [self._described(table, column) for column in table.columns]}

    def _table(self, asked: Mapping[str, Any], errors: dict[str, Any]) -> Table:
        if not asked.get("resource_id"):
            errors = {"resource_id": ["Missing value"], **errors}
        if errors:
            raise ValidationFailure(errors)
        table = self._tables.find(asked["resource_id"])
        if table is None or table.id != asked["resource_id"]:
            raise NotFoundFailure(f'Resource "{asked["resource_id"]}" was not found.')
        return table

    def _writing(self, table: Table) -> Writing:
        return Writing(self._tables, table, is_from_2_11=self._is_from_2_11)

    def _echoed(self, result: dict[str, Any], records: Any, *, shows_records: bool) -> dict[str, Any]:
        """What CKAN sends back of the arguments; from 2.12 on, records if they were asked for."""
        if self._is_from_2_12:
            result.setdefault("calculate_record_count", "background")
            shows_records = bool(result.pop("include_records", False))
        return {**result, "records": records} if shows_records and records else result

    def _describe(
        self, table: Table, fields: list[dict[str, Any]] | None, records: Any, *, is_new: bool, deletes: bool
    ) -> None:
        """Bring the table's columns in line with the fields and the first record."""
        supplied = fields or [{"id": column.id, "type": column.type} for column in table.columns]
        _check_fields(supplied, is_nested=self._is_from_2_12)
        if records and not (isinstance(records, list) and isinstance(records[0], dict)):
            raise ValidationFailure({"records": ["The first row is not a json object"]})
        first: Mapping[str, Any] = records[0] if records else {}
        if not is_new and fields and not self._is_from_2_11:
            _check_order(table, fields)
        for field in supplied:
            present = table.column(field["id"])
            if present is None:
                if "type" not in field:
                    if field["id"] not in first:
                        raise ValidationFailure({"fields": [f'"{field["id"]}" type not guessable']})
                    field["type"] = columns.guess_type(first[field["id"]])
                present = Column(field["id"], _stored_type(field["type"]))
                table.columns.append(present)
            if isinstance(field.get("info"), dict):
                present.info = field["info"]
        named = [field["id"] for field in supplied]
        for name, value in first.items():
            if name not in named and table.column(name) is None:
                _check_fields([{"id": name}])
                table.columns.append(Column(name, _stored_type(columns.guess_type(value))))
        if deletes:
            kept = {*named, *first}
            table.columns = [column for column in table.columns if column.id in kept]

    def _index(self, table: Table, key: list[str] | None, indexes: list[str] | None) -> None:
        if any(name not in table.names for name in key or ()):
            raise ValidationFailure({"index": [f'The field "{key}" is not a valid column name.']})
        for index in indexes or ():
            if index and index not in table.names:
                raise ValidationFailure({"index": [f'The field "{index}" is not a valid column name.']})
        if indexes is not None:
            table.indexes = [[index] for index in indexes if index]
        if key is not None and sorted(key) != sorted(table.key):
            table.key = key
            self._writing(table).check_key()

    def _alias(self, table: Table, aliases: list[str] | None) -> None:
        for alias in aliases or ():
            owner = self._tables.find(alias)
            if owner is not None and owner.id == alias:
                raise ValidationFailure({"alias": [f'"{alias}" already exists']})
            if owner is not None and owner.id != table.id:
                raise ValidationFailure({"alias": [f'The alias "{alias}" already exists.']})
        if aliases is not None:
            table.aliases = aliases

    def _described(self, table: Table, column: Column) -> dict[str, Any]:
        type_ = known_type(column.type)
        index = next((names for names in (table.key, *table.indexes) if column.id in names), None)
        schema = {
            "native_type": type_.native,
            "notnull": False,
            "index_name": index_name(table, index) if index else None,
            "is_index": index is not None,
            "uniquekey": False,
        }
        info = {} if column.info is None else {"info": column.info}
        shown = "nested" if column.type == "json" and self._is_from_2_11 else column.type
        return {"id": column.id, "type": shown, **info, "schema": schema}


def _renamed(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with `id` as `resource_id`, without `force`, a copy down to the lists."""
    asked: dict[str, Any] = json.loads(json.dumps(dict(arguments)))
    asked.pop("force", None)
    if asked.get("id"):
        asked["resource_id"] = asked.pop("id")
    return asked


def _fields_of(asked: Mapping[str, Any], arguments: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    fields = asked.get("fields")
    if fields is None:
        return None
    if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
        message = f"Only lists of dicts can be placed against subschema ('fields',), not {type(fields)}"
        refusal = IntegrityFailure(message)
        refusal.data = dict(arguments)
        raise refusal
    errors = [{} if field.get("id") else {"id": ["Missing value"]} for field in fields]
    if any(errors):
        raise ValidationFailure({"fields": errors})
    return fields


def _check_fields(fields: list[dict[str, Any]], *, is_nested: bool = False) -> None:
    wrong = [field["id"] for field in fields if not _is_valid_name(field["id"])]
    if wrong and is_nested:  # CKAN 2.12 looks at names before all else
        errors = [
            {"id": [f'"{field["id"]}" is not a valid field name']} if field["id"] in wrong else {} for field in fields
        ]
        raise ValidationFailure({"fields": errors})
    for field in fields:
        if field.get("type") and columns.type_of(field["type"]) is None:
            raise ValidationFailure({"fields": [f'"{field["type"]}" is not a valid field type']})
        if not _is_valid_name(field["id"]):
            raise ValidationFailure({"fields": [f'"{field["id"]}" is not a valid field name']})
    long = [field["id"] for field in fields if len(field["id"]) > LONGEST_NAME]
    if long:
        messages = [f'Column heading "{name}" exceeds limit of {LONGEST_NAME} characters.' for name in long]
        raise ValidationFailure({"fields": messages})
    if len({field["id"] for field in fields}) != len(fields):
        raise ValidationFailure({"field": ["Duplicate column names are not supported"]})


def _check_order(table: Table, fields: list[dict[str, Any]]) -> None:
    """CKAN 2.10 only takes new fields after all that are there."""
    for place, name in enumerate(table.names):
        if place < len(fields) and fields[place]["id"] != name:
            wrong = fields[place]["id"]
            raise ValidationFailure({"fields": [f'Supplied field "{wrong}" not present or in wrong order']})


def _is_valid_name(name: str) -> bool:
    return bool(name) and name == name.strip() and not name.startswith("_") and '"' not in name


def _stored_type(name: str) -> str:
    type_ = columns.type_of(name)
    if type_ is None:
        raise ValidationFailure({"fields": [f'"{name}" is not a valid field type']})
    return type_.name
