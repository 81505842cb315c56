"""Rows on their way into a table of the datastore: their shape, their values, the key. Knows no answers.

Source: ckanext/datastore/backend/postgres.py, upsert_data.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from .columns import BadValue, known_type, read_value
from .errors import InternalFailure, ValidationFailure
from .tables import Record, Table, Tables


def listed(value: Any) -> list[str] | None:
    """A list, or a text with commas, as a list."""
    if value is None or isinstance(value, list):
        return value
    if not isinstance(value, str):
        return [value]
    names = (name.strip() for name in value.split(",")) if value else ()
    return [name.strip('"') for name in names]


def index_name(table: Table, names: Sequence[str]) -> str:
    quoted = ", ".join('"{}"'.format(name.replace('"', '""')) for name in names)
    return hashlib.sha1(f"{table.id}{quoted}".encode(), usedforsecurity=False).hexdigest()


@dataclass
class Writing:
    """Writes into one table."""

    tables: Tables
    table: Table
    is_from_2_11: bool
    """From CKAN 2.11 on, "" in a column that is no text is no value, and an insert's bad value is no 500."""

    def insert(self, records: list[Any]) -> list[Any]:
        """Append rows; returns what CKAN sends back of them."""
        last = len(records) - 1
        for place, record in enumerate(records):
            if not isinstance(record, dict):
                raise ValidationFailure({"records": [f'row "{place}" is not a json object']})
            extra = [name for name in record if name not in self.table.names]
            if extra:
                raise ValidationFailure({"records": [f'row "{place + 1}" has extra keys "{", ".join(extra)}"']})
        rows: dict[int, Record] = {}
        keys = self._keys(self.tables.records(self.table)) if self.table.key else {}
        for record in records:
            row = self._read(record, last, is_insert=True)
            self.table.last_id += 1
            if self.table.key:
                key = self._key_of(row)
                if key in keys:
                    message = f'duplicate key value violates unique constraint "{self._constraint}"'
                    if not self.is_from_2_11:
                        raise ValidationFailure({"records": [message]})
                    self._refuse(message, last)
                if key is not None:
                    keys[key] = self.table.last_id
            rows[self.table.last_id] = row
        self.tables.put(self.table, rows)
        return records

    def upsert(self, records: list[Any], method: str) -> list[Any]:
        """Change the rows with these keys; those that are not there are added, or refused if `method` is update."""
        rows = self.tables.records(self.table)
        keys = self._keys(rows)
        echo = []
        for place, record in enumerate(records):
            self._check_key_of(record)
            unknown = [name for name in record if name not in self.table.names and name != "_id"]
            if unknown:
                raise ValidationFailure({"fields": [f'fields "{", ".join(unknown)}" do not exist']})
            changes = self._read({name: value for name, value in record.items() if name != "_id"}, place)
            number = self._number_of(record, changes, keys, rows)
            if number is None:
                if method == "update":
                    self._refuse_missing(record)
                self.table.last_id += 1
                number = self.table.last_id
            changed = {**rows.get(number, {}), **changes}
            key = self._key_of(changed) if self.table.key else None
            if key is not None and keys.setdefault(key, number) != number:
                self._refuse(f'duplicate key value violates unique constraint "{self._constraint}"', place)
            rows[number] = changed
            self.tables.put(self.table, {number: changed})
            echo.append(self._echo(record))
        return echo

    def check_key(self) -> None:
        """Raise if rows that are there share the table's new key."""
        seen: set[str] = set()
        for row in self.tables.records(self.table).values():
            key = self._key_of(row)
            if key is None:
                continue
            if key in seen:
                names = ", ".join(self.table.key)
                values = ", ".join(str(row.get(name)) for name in self.table.key)
                detail = f"DETAIL:  Key ({names})=({values}) is duplicated."
                original = f'could not create unique index "{self._constraint}"\n{detail}\n'
                raise ValidationFailure(
                    {
                        "constraints": ["Cannot insert records or create indexbecause of uniqueness constraint"],
                        "info": {"orig": original, "pgcode": "23505"},
                    }
                )
            seen.add(key)

    @property
    def _constraint(self) -> str:
        return index_name(self.table, self.table.key)

    def _read(self, record: Mapping[str, Any], place: int, *, is_insert: bool = False) -> Record:
        row: Record = {}
        for column in self.table.columns:
            if column.id not in record:
                continue
            value = record[column.id]
            if value == "" and column.type != "text" and self.is_from_2_11:
                value = None
            try:
                row[column.id] = read_value(known_type(column.type), value, column.id)
            except BadValue as bad:
                if is_insert and not self.is_from_2_11:
                    if bad.is_data:
                        raise InternalFailure("Internal Server Error") from None  # CKAN 2.10 does not catch it
                    raise ValidationFailure({"records": [str(bad)]}) from None
                self._refuse(str(bad), place)
        return row

    def _refuse(self, message: str, place: int) -> NoReturn:
        name = "records_row" if self.is_from_2_11 else "_records_row"
        raise ValidationFailure({"records": [message], name: place})

    def _check_key_of(self, record: Any) -> None:
        if "_id" in record:
            return
        if not self.table.key:
            raise ValidationFailure({"table": ["unique key must be passed for update/upsert"]})
        missing = [name for name in self.table.key if name not in record]
        if missing:
            gap = "\n" + " " * 28  # as it stands in CKAN's source
            raise ValidationFailure({"key": [f'fields "{", ".join(missing)}" are missing{gap}but needed as key']})

    def _refuse_missing(self, record: Mapping[str, Any]) -> NoReturn:
        used = sum(name in record for name in self.table.names)
        names = ["_id"] if "_id" in record else self.table.key
        values = {f"val_{used + place}": record[name] for place, name in enumerate(names)}
        shown = values if self.is_from_2_11 else list(values.values())
        raise ValidationFailure({"key": [f'key "{shown}" not found']})

    def _number_of(
        self, record: Mapping[str, Any], changes: Record, keys: Mapping[str, int], rows: Mapping[int, Record]
    ) -> int | None:
        if "_id" in record:
            return record["_id"] if record["_id"] in rows else None
        key = self._key_of(changes)
        return None if key is None else keys.get(key)

    def _keys(self, rows: Mapping[int, Record]) -> dict[str, int]:
        if not self.table.key:
            return {}
        return {key: number for number, row in rows.items() if (key := self._key_of(row)) is not None}

    def _key_of(self, row: Mapping[str, Any]) -> str | None:
        """The row's key as a text; None if a part has no value, for nulls are not equal."""
        values = [row.get(name) for name in self.table.key]
        return None if None in values else json.dumps(values)

    def _echo(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """CKAN sends the record back as it made it for the database."""
        echo: dict[str, Any] = {}
        for name, value in record.items():
            column = self.table.column(name)
            if column is not None and column.type == "json" and value is not None:
                echo[name] = [json.dumps(value), ""]
            elif value == "" and column is not None and column.type != "text" and self.is_from_2_11:
                echo[name] = None
            else:
                echo[name] = value
        return echo
