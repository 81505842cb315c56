"""Contents of any size, apart from the rows that are searched.

What a run writes of one record resembles its data: what was sent, what came back. So the data are kept whole, and the
others as what they differ in, which takes a fifth of the time and a tenth of the room. Rows may share a content; one
that no row has any more goes with the next `sweep`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.state.database import Database
from ckan_api_client.syncing.state.packing import read_json, squeeze, unsqueeze
from ckan_api_client.syncing.state.schema import REFERENCES

_SWEEP = "DELETE FROM main.blob WHERE id IN (SELECT id FROM temp.loose{})".format(
    "".join(f" EXCEPT SELECT {column} FROM main.{table}" for table, column in REFERENCES)
)


@dataclass(frozen=True, slots=True)
class Text:
    """A content that was read or written: its number, and the JSON."""

    number: int
    json: bytes

    @property
    def value(self) -> Any:
        try:
            return read_json(self.json)
        except ValueError as error:
            raise StateError(f"the state is damaged: a content cannot be read: {error}") from error


class Blobs:
    """JSON texts by number."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last: int = database.read("SELECT coalesce(max(id), 0) FROM main.blob")[0][0]
        self._loose: set[int] = set()
        self._are_all_loose = False

    def add(self, text: bytes, like: Text | None = None) -> Text:
        """Keep a text. `like`: a whole one that it resembles; whatever row has the one must have the other, too."""
        squeezed = squeeze(text) if like is None else squeeze(text, like.json)
        with self._database.locked():
            self._last += 1
            self._database.add("blob", (self._last, None if like is None else like.number, squeezed))
            return Text(self._last, text)

    def add_all(self, texts: Iterable[bytes], like: Sequence[Text] = ()) -> list[Text]:
        """Keep several texts, each as like the one in its place, if there are any."""
        pairs = list(zip(texts, like, strict=True)) if like else [(text, None) for text in texts]
        squeezed = [squeeze(text) if one is None else squeeze(text, one.json) for text, one in pairs]
        with self._database.locked():
            added = [Text(self._last + place, text) for place, (text, _) in enumerate(pairs, 1)]
            self._last += len(added)
            rows = (
                (text.number, None if one is None else one.number, data)
                for text, (_, one), data in zip(added, pairs, squeezed, strict=True)
            )
            self._database.add_all("blob", rows)
            return added

    def read(self, number: int, known: Text | None = None) -> Text:
        """Return a content. `known`: one that it may have been kept as like, if that is at hand."""
        found = self._database.rows("blob", "id = ?", (number,))
        if not found:
            raise StateError("the state is damaged: a content is missing")
        _, like, squeezed = found[0]
        if like is not None and (known is None or known.number != like):
            known = self.read(like)
        beside = b"" if like is None or known is None else known.json
        try:
            return Text(number, unsqueeze(squeezed, beside))
        except ValueError as error:
            raise StateError(f"the state is damaged: a content cannot be read: {error}") from error

    def loosen(self, *numbers: int | None) -> None:
        """Note that a row does not have these contents any more; others may."""
        self._loose.update(number for number in numbers if number is not None)

    def loosen_all(self) -> None:
        """Note that any content may be one that no row has any more."""
        self._are_all_loose = True

    def sweep(self) -> None:
        """Remove what was loosened, and no row has."""
        if not self._loose and not self._are_all_loose:
            return
        with self._database.writing():
            if self._are_all_loose:
                self._database.change("INSERT INTO temp.loose SELECT id FROM main.blob")
            rows = ((number,) for number in sorted(self._loose))
            self._database.change_all("INSERT OR IGNORE INTO temp.loose VALUES (?)", rows)
            self._database.change(_SWEEP)
            self._database.change("DELETE FROM temp.loose")
        self._loose.clear()
        self._are_all_loose = False
