"""Defects of writing to what is there: what is held against the catalog first, and taken down in the journal."""

from __future__ import annotations

from planted.defect import Defect

UNDO = "tests/contract/test_sync_undo.py"
UNTIMED = (
    "tests/contract/test_sync_untimed.py::"
    "test_a_group_that_the_source_adds_leaves_what_people_did_in_the_groups_tab[2.11-embedded]"
)
APPLYING, DELETING = "tests/syncing/test_applying.py", "tests/syncing/test_deleting.py"
REVISING = "tests/quirks/test_revising.py"

WRITES = (
    Defect(
        name="timestamp-not-matched",
        takes_out="a dataset that somebody else changed meanwhile is not written over",
        file="quirks/revising.py",
        old='for key in ("metadata_modified", "state") if key in current}',
        new='for key in ("state",) if key in current}',
        tests=(APPLYING,),
    ),
    Defect(
        name="values-not-matched",
        takes_out="nor is a value that changed without the timestamp",
        file="quirks/revising.py",
        old="    match |= {key: current[key] for key in values if isinstance(current.get(key), str | bool | int)}\n",
        new="",
        tests=(REVISING,),
    ),
    Defect(
        name="lists-merged-by-position",
        takes_out="lists are filtered out before they are given whole",
        file="quirks/revising.py",
        old="    if whole:\n",
        new="    if False:\n",
        tests=(REVISING,),
    ),
    Defect(
        name="update-without-marker",
        takes_out="a dataset that bears the marker no more is not written",
        file="syncing/applying.py",
        old='        check_ours(now, identity)\n        if now.get("state")',
        new='        if now.get("state")',
        tests=(APPLYING,),
    ),
    Defect(
        name="update-by-name",
        takes_out="an id that has become another dataset's name is not written to",
        file="syncing/applying.py",
        old='    if current.get("id") != change.dataset_id:\n        raise NotOurs',
        new="    if False:\n        raise NotOurs",
        tests=(APPLYING,),
    ),
    Defect(
        name="trash-written",
        takes_out="a dataset that people deleted meanwhile is not written",
        file="syncing/applying.py",
        old='        if now.get("state") == "deleted":\n            is_back',
        new="        if False:\n            is_back",
        tests=(APPLYING,),
    ),
    Defect(
        name="adopt-over-another-marker",
        takes_out="a dataset that got another source's marker meanwhile is not taken over",
        file="syncing/applying.py",
        old='        if marker is not None or now.get("id") != change.dataset_id',
        new='        if now.get("id") != change.dataset_id',
        tests=(APPLYING,),
    ),
    Defect(
        name="approved-plan-merged-anew",
        takes_out="apply writes no dataset that changed since the plan was made",
        file="syncing/applying.py",
        old="    if terms.is_strict and planned and not is_same_moment",
        new="    if False and not is_same_moment",
        tests=(APPLYING,),
    ),
    Defect(
        name="conflict-written-under-fail",
        takes_out="under on_conflict=fail, a conflict that comes up while writing is not written",
        file="syncing/applying.py",
        old='        if terms.rules.on_conflict == "fail" and fresh:',
        new="        if False:",
        tests=(APPLYING,),
    ),
    Defect(
        name="groups-from-memory",
        takes_out="whole lists that change without a timestamp are read before they are written",
        file="syncing/applying.py",
        old="            current = expected = None\n",
        new="            pass\n",
        tests=(UNTIMED,),
    ),
    Defect(
        name="update-before-journal",
        takes_out="an update is in the journal before it is sent",
        file="syncing/applying.py",
        old=(
            '            task.journal(action, dataset_id=str(now["id"]), before=now, values=values)\n'
            "            sent.update(values)\n"
            "        return Merge(values, ())\n"
            "\n"
            "    while True:\n"
            "        try:\n"
            "            written, updated = yield from revise_until_done(current, merge_into)\n"
        ),
        new=(
            "            sent.update(values)\n"
            "        return Merge(values, ())\n"
            "\n"
            "    while True:\n"
            "        try:\n"
            "            written, updated = yield from revise_until_done(current, merge_into)\n"
            "            if written:\n"
            '                task.journal(action, dataset_id=str(updated["id"]), before=current, values=written)\n'
        ),
        tests=(APPLYING,),
    ),
    Defect(
        name="delete-without-marker",
        takes_out="a dataset that bears the marker no more is not deleted",
        file="syncing/deleting.py",
        old="        check_ours(now, identity)\n",
        new="",
        tests=(DELETING,),
    ),
    Defect(
        name="delete-by-name",
        takes_out="an id that has become another dataset's name is not deleted",
        file="syncing/deleting.py",
        old='        if now.get("id") != change.dataset_id:',
        new="        if False:",
        tests=(DELETING,),
    ),
    Defect(
        name="delete-of-what-changed",
        takes_out="a dataset that changed after it was looked at is not deleted",
        file="syncing/deleting.py",
        old='            if now.get("metadata_modified") != planned:',
        new="            if False:",
        tests=(DELETING,),
    ),
    Defect(
        name="delete-before-journal",
        takes_out="a delete is in the journal before it is sent",
        file="syncing/deleting.py",
        old=(
            "            journal(\n"
            '                "private" if change.how == "private" else "delete",\n'
            "                dataset_id=change.dataset_id,\n"
            "                before=now,\n"
            "                values=values,\n"
            "            )\n"
            "            return Merge(values, ())\n"
            "        return Merge({}, ())\n"
            "\n"
            "    written, updated = yield from revise_until_done(current, withdraw)\n"
        ),
        new=(
            "            return Merge(values, ())\n"
            "        return Merge({}, ())\n"
            "\n"
            "    written, updated = yield from revise_until_done(current, withdraw)\n"
            "    if written:\n"
            "        journal(\n"
            '            "private" if change.how == "private" else "delete",\n'
            "            dataset_id=change.dataset_id,\n"
            "            before=current,\n"
            "            values=written,\n"
            "        )\n"
        ),
        tests=("tests/syncing/test_protections.py",),
    ),
    Defect(
        name="undo-over-edits",
        takes_out="an undo writes back only what nobody changed since",
        file="syncing/undoing.py",
        old="merge_changes(_bare(after), _bare(before), _bare(now))",
        new="merge_changes(_bare(now), _bare(before), _bare(now))",
        tests=(f"{UNDO}::test_what_a_person_edited_since_stays[sysadmin-2.11-embedded]",),
    ),
    Defect(
        name="undo-of-an-edited-create",
        takes_out="an undo leaves a created dataset alone that somebody edited since",
        file="syncing/undoing.py",
        old="                if entry.after is not None and _bare(now) != _bare(entry.after):",
        new="                if False:",
        tests=(f"{UNDO}::test_a_created_dataset_that_a_person_edited_since_stays[sysadmin-2.11-embedded]",),
    ),
    Defect(
        name="undo-without-marker",
        takes_out="an undo leaves a dataset alone that bears another marker by now",
        file="syncing/undoing.py",
        old="                if read_marker(now) not in {read_marker(before), read_marker(after)}:",
        new="                if False:",
        tests=(f"{UNDO}::test_a_dataset_whose_marker_a_person_took_off_since_is_left_alone[sysadmin-2.11-embedded]",),
    ),
)
