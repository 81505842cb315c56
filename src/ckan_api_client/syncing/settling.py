"""Settling what earlier runs left open: what became of their writes (see `pending`), and what nobody was told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.judging import Facts
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.pending import (
    WITHDRAWING,
    base_after,
    is_doubtful,
    is_half_purged,
    untold,
    was_carried_out,
)
from ckan_api_client.syncing.state import Entry, State

#: What an entry of the journal says of a write that was carried out, by its action.
_DONE = {
    "create": "created", "update": "updated", "revive": "revived", "adopt": "adopted",
    "delete": "deleted", "purge": "deleted", "private": "deleted",
}  # fmt: skip
#: Why a dataset is gone (`judging.Facts`), where that says nothing of what became of a write.
_TELLS_NOTHING = frozenset({"forbidden", "released", "unreadable"})


def tell_again(state: State) -> None:
    """Of the conflicts that a killed run met where it wrote, nobody has heard."""
    for entry in state.last_entries_if_cut_short():
        base = state.base(entry.key) if entry.kind == "dataset" else None
        if base is not None and base.kept:
            state.put_base(base.with_kept(untold(base.kept)))


class Settlement:
    """Writes down what became of the writes whose outcome nobody wrote down. `present`: see `wanted.Intake`."""

    def __init__(self, source: str, state: State, facts: Facts, options: Options, present: Collection[str]) -> None:
        self._source = source
        self._state = state
        self._facts = facts
        self._options = options
        self._present = present

    def settle(self, pending: Mapping[str, Entry], answers: Mapping[str, Mapping[str, Any] | None]) -> None:
        """Settle the entries, by record, that there is an answer for: the dataset as it is now; None: there is none."""
        for record_id, entry in pending.items():
            if record_id not in answers or self._facts.gone.get(record_id) in _TELLS_NOTHING:
                continue
            now = answers[record_id]
            is_done = was_carried_out(entry, now)
            with self._state.batch():
                if is_done and entry.action in WITHDRAWING:
                    self._state.withdraw(record_id, "private" if entry.action == "private" else "delete")
                    self._note_in_trash(entry, now)
                elif is_done and now is not None:
                    identity = Identity(self._source, record_id)
                    base = base_after(entry, now, self._options.rules, identity=identity)
                    if base is not None:
                        self._state.put_base(base)
                        is_done = not is_doubtful(base)  # What nobody knows to be ours, no undo takes back.
                if self._facts.in_trash.get(record_id) is None:
                    self._state.resolve(entry, did=_DONE[entry.action] if is_done else "not done")
                else:
                    self._facts.still_open.add(record_id)  # It stays open until the purge is done.
            if is_done and entry.action in WITHDRAWING:
                self._facts.gone.pop(record_id, None)

    def _note_in_trash(self, entry: Entry, now: Mapping[str, Any] | None) -> None:
        is_wanted = entry.key in self._present or self._state.spool.get(entry.key) is not None
        if now is not None and entry.action != "private" and self._options.deletes == "purge" and not is_wanted:
            self._facts.in_trash[entry.key] = now if is_half_purged(entry, now) else None
