"""Which texts of the source were read before, and what they were: so that nobody has to read them again.

It is a memory of a pure function, of the text, and of what shapes the data that is made of it: it says nothing of the
catalog. A record's data themselves are in its base, and a text is known only while that has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckan_api_client.syncing.state.database import Database
from ckan_api_client.syncing.state.packing import as_note, checksum

#: More are not worth their memory: then each record says something else, and nothing is gained.
_MOST_ABOUT = 20_000
_PAGE = 1_000
_CONTEXT = "lines"


@dataclass(frozen=True, slots=True)
class Line:
    """What a text was: `hash` of the record's data, and the number of what else is said `about` it."""

    record_id: str
    hash: str
    about: int


class Lines:
    """The lines of a source, by digest."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._texts: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        self._last = 0
        self._context = ""
        self._is_fresh = False

    def begin(self, context: str) -> None:
        """Begin a reading. What was remembered in another context is worth nothing in this one."""
        self._context = context
        found = self._database.read("SELECT value FROM main.meta WHERE key = ?", (_CONTEXT,))
        self._is_fresh = not found or found[0][0] != context
        rows = [] if self._is_fresh else self._database.rows("about")
        self._texts = dict(rows)
        self._numbers = {text: number for number, text in rows}
        self._last = max(self._texts, default=0)

    def known(self, digests: Sequence[bytes]) -> dict[bytes, Line]:
        """Return those of some texts whose record's data the memory has."""
        if self._is_fresh or not self._context:
            return {}
        found: dict[bytes, Line] = {}
        for start in range(0, len(digests), _PAGE):
            page = digests[start : start + _PAGE]
            query = (
                "SELECT line.digest, line.record_id, base.source_hash, line.about FROM main.line AS line "
                "JOIN main.base AS base ON base.record_id = line.record_id "
                f"WHERE line.digest IN ({', '.join('?' * len(page))}) "
                "AND base.status = 'present' AND base.source_hash = lower(hex(line.hash))"
            )
            for digest, record_id, source_hash, about in self._database.read(query, page):
                if about in self._texts:
                    found[digest] = Line(record_id, source_hash, about)
        return found

    def text(self, about: int) -> str:
        """Return what was said about a text, by number."""
        return self._texts[about]

    def number(self, text: str) -> int | None:
        """Return the number of what is said about a text, perhaps a new one; None where there are too many."""
        if not self._context:
            return None
        number = self._numbers.get(text)
        if number is None and len(self._numbers) < _MOST_ABOUT:
            number = self._last = self._last + 1
            self._numbers[text] = number
            self._texts[number] = text
        return number

    def keep(self, *, complete: bool) -> None:
        """Remember the texts of this run's records. `complete`: all that was not read again may be forgotten."""
        if not self._context:
            return
        read = "SELECT count(*) FROM temp.wanted WHERE digest IS NOT NULL AND digest IN (SELECT digest FROM main.line)"
        noted = self._count("SELECT count(*) FROM temp.wanted WHERE digest IS NOT NULL")
        still = noted if self._is_fresh else self._count(read)
        forgotten = complete and still != self._count("SELECT count FROM main.tally WHERE name = 'line'")
        if noted == still and not forgotten and not self._is_fresh:
            return
        with self._database.writing():
            self._forget(everything=self._is_fresh, complete=complete)
            self._add_lines()
            self._add_about()
        self._is_fresh = False

    def _forget(self, *, everything: bool, complete: bool) -> None:
        if everything:
            self._database.change("DELETE FROM main.line")
            self._database.change("DELETE FROM main.about")
            row = (_CONTEXT, as_note(self._context))
            self._database.change("INSERT OR REPLACE INTO main.meta VALUES (?, ?, ?)", (*row, checksum(row)))
        elif complete:
            self._database.change(
                "DELETE FROM main.line WHERE digest NOT IN (SELECT digest FROM temp.wanted WHERE digest IS NOT NULL)"
            )

    def _add_lines(self) -> None:
        """In the order of digests, so that each page of the file is written once."""
        self._database.change(
            "CREATE INDEX IF NOT EXISTS temp.new_by_digest ON wanted (digest) "
            "WHERE digest IS NOT NULL AND data IS NOT NULL"
        )
        after = b""
        while True:
            page = self._database.read(
                "SELECT digest, record_id, hash, about FROM temp.wanted "
                "WHERE digest IS NOT NULL AND data IS NOT NULL AND digest > ? ORDER BY digest LIMIT ?",
                (after, _PAGE),
            )
            rows = [(digest, record_id, bytes.fromhex(text), about) for digest, record_id, text, about in page]
            self._database.add_all("line", rows)
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def _add_about(self) -> None:
        used = {number for (number,) in self._database.read("SELECT DISTINCT about FROM main.line")}
        kept = {number for (number,) in self._database.read("SELECT id FROM main.about")}
        for number in kept - used:
            self._database.change("DELETE FROM main.about WHERE id = ?", (number,))
        self._database.add_all("about", [(number, self._texts[number]) for number in sorted(used - kept)])

    def _count(self, query: str) -> int:
        count: int = self._database.read(query)[0][0]
        return count
