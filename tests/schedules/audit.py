"""What was written into the catalog's database, row by row, and by whom: taken down by the database itself."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ckan_api_client.syncing.fitting import MARKER_KEY

#: Tables, and the column that says which dataset a row is of.
_TABLES = {"package": "id", "resource": "package_id", "package_tag": "package_id", "member": "table_id"}


@dataclass(frozen=True)
class Change:
    """One row, before and after: None where there was none, or is none any more. `marker`: of the dataset, before."""

    actor: str
    action: str
    table: str
    dataset_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    marker: str

    @property
    def marker_after(self) -> str:
        return marker_of(self.after["extras"]) if self.table == "package" and self.after else self.marker

    @property
    def takes_away(self) -> bool:
        """Whether a dataset went: to the trash, out of sight, or for good."""
        if self.table != "package" or self.before is None or self.before["state"] == "deleted":
            return False
        if self.after is None:
            return True
        return self.after["state"] == "deleted" or (self.after["private"], self.before["private"]) == (1, 0)

    @property
    def brings_back(self) -> bool:
        """Whether a dataset came to be seen: out of the trash, out of hiding, or anew."""
        if self.table != "package" or self.after is None or self.after["state"] == "deleted" or self.after["private"]:
            return False
        return self.before is None or self.before["state"] == "deleted" or bool(self.before["private"])


def marker_of(extras: str) -> str:
    """Return the marker in the column `extras` of a dataset, or "" if it bears none."""
    return str(dict(json.loads(extras)).get(MARKER_KEY, ""))


def _row_of(side: str, names: list[str]) -> str:
    return f"json_object({', '.join(f'{name!r}, {side}.{name}' for name in names)})"


class Audit:
    """`changes`: those that were committed, in order. Where nobody says `acting`, it is a person."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._acting = ("person", "")
        connection.create_function("actor", 0, lambda: self._acting[0])
        connection.create_function("acting", 0, lambda: self._acting[1])
        connection.execute(
            "CREATE TEMP TABLE audit (actor TEXT, act TEXT, place TEXT, dataset_id TEXT, was TEXT, now TEXT, had TEXT)"
        )
        for table, column in _TABLES.items():
            for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
                connection.execute(self._trigger(table, column, event, row))

    def _trigger(self, table: str, column: str, event: str, row: str) -> str:
        names = [one[1] for one in self._connection.execute(f"PRAGMA table_info({table})")]
        was = "NULL" if event == "INSERT" else _row_of("OLD", names)
        now = "NULL" if event == "DELETE" else _row_of("NEW", names)
        extras = f"(SELECT extras FROM main.package WHERE id = {row}.{column})"  # noqa: S608 - our own names
        if table == "package":
            extras = "NEW.extras" if event == "INSERT" else "OLD.extras"
        only = f"WHEN {row}.table_name = 'package' " if table == "member" else ""
        return (
            f"CREATE TEMP TRIGGER audit_{table}_{event} AFTER {event} ON main.{table} {only}BEGIN "  # noqa: S608 - our own names
            f"INSERT INTO audit VALUES (actor(), acting(), '{table}', {row}.{column}, {was}, {now}, {extras}); END"
        )

    @contextmanager
    def acting(self, actor: str, action: str) -> Iterator[None]:
        before, self._acting = self._acting, (actor, action)
        try:
            yield
        finally:
            self._acting = before

    def changes(self, *, by: str = "") -> list[Change]:
        """Return what was written, or what was written `by` whose name begins so."""
        rows = self._connection.execute("SELECT * FROM audit ORDER BY rowid").fetchall()
        found = (
            Change(
                actor,
                action,
                table,
                dataset_id,
                json.loads(was) if was else None,
                json.loads(now) if now else None,
                marker_of(extras or "[]"),
            )
            for actor, action, table, dataset_id, was, now, extras in rows
        )
        return [one for one in found if one.before != one.after and one.actor.startswith(by)]

    def clear(self) -> None:
        self._connection.execute("DELETE FROM audit")
