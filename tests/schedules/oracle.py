"""What must hold: all the time, and at the end, when everything is healed and one run was made."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.report import Report
from schedules.accounts import disagreements
from schedules.cells import Cells, cells_of_dataset, cells_of_record
from schedules.people import ABSENT, Person

if TYPE_CHECKING:
    from schedules.playing import Schedule


class Violation(AssertionError):
    """Something does not hold that must."""


def wanted_cells(source: str, key: str, records: dict[str, Any]) -> Cells:
    return cells_of_record(source, key, records[key]) if key in records else {}


def loosen(person: Person, records: dict[str, Any], source: str) -> None:
    """Where the source gives up what people took away, both agree; what it says later is new."""
    for (key, path), hand in person.hands.items():
        if hand.value is ABSENT and path not in wanted_cells(source, key, records):
            hand.is_loose = True
    for key in sorted(person.deleted.keys() - records.keys()):
        person.unsure[key] = person.deleted.pop(key)


def forget_memory(person: Person) -> None:
    """Without a memory, nobody knows what people have taken away or brought back."""
    person.known.clear()
    person.unsure |= person.deleted
    person.deleted.clear()
    for hand in person.hands.values():
        if hand.value is ABSENT:
            hand.is_loose = True


def is_delete(action: str, body: dict[str, Any]) -> bool:
    update = body.get("update", {})
    return (
        action in {"dataset_purge", "package_delete"} or update.get("state") == "deleted" or bool(update.get("private"))
    )


def check_always(schedule: Schedule) -> None:
    """No two datasets of one record; nothing written that is none of the source's business."""
    for key, found in schedule.catalog.marked("geo").items():
        counted = [one for one in found if one["state"] == "active"] if schedule.was_editor else found
        if len(counted) > 1:
            raise Violation(f"{len(counted)} datasets of record {key!r}: {[(o['id'], o['state']) for o in counted]}")
    schedule.person.forget_purged({row["id"] for row in schedule.catalog.rows("SELECT id FROM package")})
    if schedule.catalog.bytes_of(schedule.bystanders) != schedule.untouched:
        raise Violation("a dataset that is none of ours, and looks like it, is changed")
    others = dict(schedule.person.thieves)
    for released in schedule.person.released.values():
        others |= released
    for dataset_id, was in others.items():
        now = schedule.catalog.show(dataset_id)
        if now != was:
            differing = sorted(path for path in was if now is None or now.get(path) != was[path])
            raise Violation(f"{was['name']!r} ({dataset_id}) was none of ours, and is changed: {differing}")


def check_accounts(schedule: Schedule) -> None:
    """What each run says that it wrote, the database wrote down, and the other way round."""
    changes = schedule.catalog.audit.changes(by="engine")
    for actor, account in schedule.accounts.items():
        # Of a write whose answer was lost, none of two hosts can tell whether it was its own that is there.
        late = {change.dataset_id for change in changes if change.actor != actor}
        own = [change for change in changes if change.actor == actor]
        compared, told = disagreements(account, own, late=late, hidden=schedule.person.unsure)
        schedule.tally.compared += compared
        if told:
            raise Violation("; ".join(told))
    schedule.accounts.clear()


def check_audit(schedule: Schedule, *, may_go: Collection[str] | None) -> None:
    """The database wrote down no write of a run into what is not the source's, nor a delete but of these records.

    `may_go`: ids of records, or None for all of them.
    """
    for change in schedule.catalog.audit.changes(by="engine"):
        identity = Identity.of_marker(change.marker or change.marker_after)
        # Where the name of what is in the trash is needed, CKAN renames that (quirk D2).
        is_renamed = change.before and change.after and {**change.before, "name": change.dataset_id} == change.after
        if identity is None or identity.source != "geo":
            if not is_renamed:
                raise Violation(f"a run wrote into what is none of ours: {change}")
        elif change.takes_away and may_go is not None and identity.record_id not in may_go:
            raise Violation(f"a run took away what the source was not seen to lack: {change}")
        elif change.takes_away:
            schedule.brought_back[identity.record_id] = False
        elif change.brings_back and identity.record_id in schedule.brought_back:
            schedule.brought_back[identity.record_id] = True
    schedule.tally.audited += len(schedule.catalog.audit.changes(by="engine"))
    schedule.catalog.audit.clear()


def check_end(schedule: Schedule, report: Report) -> None:
    """The catalog is as the source says, but for what people did, and what is named."""
    found = schedule.catalog.marked("geo")
    named = {outcome.record_id for outcome in report.undone}
    person, records = schedule.person, schedule.source.records
    for key in schedule.source.keys:
        datasets = found.get(key, [])
        active = [one for one in datasets if one["state"] == "active"]
        if key not in records:
            by_other_host = schedule.had_two_hosts and schedule.brought_back.get(key) and schedule.has_withdrawn(key)
            wished = key in person.undeleted or by_other_host
            if active and not (wished or (schedule.deletes == "private" and active[0]["private"])):
                raise Violation(f"record {key!r} has left the source, and its dataset is there")
        elif active:
            check_cells(schedule, key, active[0])
        elif key in person.unsure or (schedule.was_lost and any(one.record_id == key for one in schedule.told)):
            continue
        elif key in named or key in person.purged or key in person.released or key in person.deleted:
            if key not in named and not any(conflict.record_id == key for conflict in schedule.told):
                raise Violation(f"nobody is told that record {key!r} has no dataset")
        else:
            raise Violation(f"record {key!r} has no dataset: {[one['state'] for one in datasets]}")
        if key in records and active and key in person.deleted:
            raise Violation(f"people deleted the dataset of {key!r}, and it is back")


def check_cells(schedule: Schedule, key: str, dataset: dict[str, Any]) -> None:
    wanted = wanted_cells("geo", key, schedule.source.records)
    shown = cells_of_dataset(dataset, {path.split(".")[1] for path in wanted if path.startswith("resources.")})
    hands = {
        path: hand
        for (known, path), hand in schedule.person.hands.items()
        if known == key and hand.dataset_id == dataset["id"]
    }
    told = {conflict.path for conflict in schedule.told if conflict.record_id == key}
    for path in {*wanted, *shown, *hands}:
        asked, now, hand = wanted.get(path), shown.get(path), hands.get(path)
        is_told = any(path == one or path.startswith(f"{one}.") for one in told)
        if hand is None:
            is_free = path in {"name", "owner_org"} or (path.startswith("groups.") and not asked)
            left_over = asked is None and (schedule.was_lost or any(one.startswith(f"{path}.") for one in hands))
            if now != asked and not (is_free or left_over or (is_told and schedule.was_lost)):
                raise Violation(f"{path} of {key!r} is {now!r}; the source says {asked!r}, and nobody edited it")
            continue
        if now == hand.value:
            is_expected = asked in {now, hand.before} or hand.is_loose or (asked is None and schedule.was_lost)
            if path not in {"name", "owner_org"} and not is_expected and not is_told:
                raise Violation(f"{path} of {key!r}: people have {now!r}, the source {asked!r}, and nobody was told")
            continue
        # What differed while nothing was known is open still, and gives way where people have nothing any more.
        is_open = hand.is_loose or (hand.value is ABSENT and is_told and schedule.was_lost)
        # It was written again, and then the memory of that was lost. Where the source says something else by now, that
        # is told.
        left_over = hand.value is ABSENT and hand.is_loose and schedule.was_lost and (asked is None or is_told)
        if not (is_open and now == asked) and not left_over and not _is_below_removed(path, hands):
            raise Violation(f"{path} of {key!r} was {hand.value!r} by hand, and is {now!r} (source: {asked!r})")


def _is_below_removed(path: str, hands: dict[str, Any]) -> bool:
    head = path.rpartition(".")[0]
    return path.startswith("resources.") and head in hands
