"""Defects of the memory: what is remembered, whose change is whose, and whether the file is as it was written."""

from __future__ import annotations

from planted.defect import Defect

SITUATIONS, RESOURCES = "tests/syncing/test_merging_situations.py", "tests/syncing/test_merging_resources.py"
SYNC_MERGING = "tests/syncing/test_sync_merging.py"
PROTECTIONS = "tests/syncing/test_protections.py"
FILES, BASES = "tests/syncing/state/test_state_files.py", "tests/syncing/state/test_state_bases.py"
SPOOL, LINES = "tests/syncing/state/test_state_spool.py", "tests/syncing/state/test_state_lines.py"
JOURNAL, DAMAGE = "tests/syncing/state/test_state_journal.py", "tests/syncing/state/test_state_damage.py"
PENDING, SURVEYING = "tests/syncing/test_pending.py", "tests/syncing/test_surveying.py"

MEMORY = (
    Defect(
        name="edits-set-aside",
        takes_out="a record whose dataset moved is not set aside as settled",
        file="syncing/state/spool.py",
        old='AND {_MOMENT.format("listed.modified")} = {_MOMENT.format("base.modified")}\n',
        new="",
        tests=(SPOOL,),
    ),
    Defect(
        name="copies-set-aside",
        takes_out="a record of which there are two datasets is not set aside as settled",
        file="syncing/state/spool.py",
        old="base.record_id AND other.dataset_id != base.dataset_id\n",
        new="base.record_id AND false\n",
        tests=(SPOOL,),
    ),
    Defect(
        name="line-of-other-data",
        takes_out="a line is known only while the base has the same data",
        file="syncing/state/lines.py",
        old="AND base.source_hash = lower(hex(line.hash))",
        new="",
        tests=(LINES,),
    ),
    Defect(
        name="line-of-another-making",
        takes_out="lines are read again where options, code or format are others",
        file="syncing/state/lines.py",
        old="        self._is_fresh = not found or found[0][0] != context\n",
        new="        self._is_fresh = not found\n",
        tests=(LINES,),
    ),
    Defect(
        name="base-is-what-was-sent",
        takes_out="what CKAN returned is remembered, not what was sent",
        file="syncing/running.py",
        old="            return Base.of(key, data, dataset, applied.kept)",
        new="            return Base.of(key, data, {**dataset, **data}, applied.kept)",
        tests=(PROTECTIONS,),
    ),
    Defect(
        name="ours-against-the-catalog",
        takes_out="what the source changed is told by the source alone",
        file="syncing/deciding.py",
        old="        ours = not same_json(wanted, agreed.source) and",
        new="        ours = not same_json(wanted, agreed.catalog) and",
        tests=(SYNC_MERGING,),
    ),
    Defect(
        name="theirs-against-the-source",
        takes_out="what people changed is told by the catalog alone",
        file="syncing/deciding.py",
        old="        theirs = not same_json(current, agreed.catalog) and not same(current, agreed.catalog)",
        new="        theirs = not same_json(current, agreed.source) and not same(current, agreed.source)",
        tests=(SYNC_MERGING,),
    ),
    Defect(
        name="conflict-told-again",
        takes_out="a conflict is told once",
        file="syncing/deciding.py",
        old='        known = self.remembered.get(case.path, {}).get("told") == told',
        new="        known = False",
        tests=(SITUATIONS,),
    ),
    Defect(
        name="kept-edits-forgotten",
        takes_out="an edit that was kept is still one in later runs",
        file="syncing/deciding.py",
        old="        self.kept[case.path] = _entry(case.agreed) | {key: value for key, value in more.items() if value}",
        new="        del more",
        tests=(SITUATIONS,),
    ),
    Defect(
        name="kept-edits-not-stored-after-a-write",
        takes_out="also where something else of the dataset was written",
        file="syncing/running.py",
        old="Base.of(key, data, dataset, applied.kept)",
        new="Base.of(key, data, dataset)",
        tests=(PROTECTIONS,),
    ),
    Defect(
        name="kept-edits-not-stored-without-a-write",
        takes_out="and where nothing was",
        file="syncing/judging.py",
        old="Base.of(row.record_id, data, current, merged.kept, source_hash=row.wanted_hash)",
        new="Base.of(row.record_id, data, current, source_hash=row.wanted_hash)",
        tests=(PROTECTIONS,),
    ),
    Defect(
        name="kept-edits-not-stored-by-apply",
        takes_out="and where an approved plan was carried out",
        file="syncing/running.py",
        old="Base.of(change.record_id, change.data, current, change.kept)",
        new="Base.of(change.record_id, change.data, current)",
        tests=(PROTECTIONS,),
    ),
    Defect(
        name="resources-by-position",
        takes_out="a resource is found by id, URL and name, wherever it stands",
        file="quirks/resources.py",
        old="    keys: tuple[Callable[[Mapping[str, Any]], Hashable], ...] = (_id, _url_and_name, _url)\n",
        new=(
            "    if left:\n"
            "        rest = list(left.values())\n"
            "        return list(zip(wanted, [*rest, *paired][: len(wanted)], strict=True))\n"
            "    keys: tuple[Callable[[Mapping[str, Any]], Hashable], ...] = (_id, _url_and_name, _url)\n"
        ),
        tests=(RESOURCES,),
    ),
    Defect(
        name="resource-under-another-id-is-new",
        takes_out="what was agreed on a resource holds when the source knows it by another id",
        file="syncing/resource_pairs.py",
        old="        if former is not None:\n",
        new="        if False:\n",
        tests=(PROTECTIONS,),
    ),
    Defect(
        name="lock-not-taken",
        takes_out="a second run of the source is told of the first",
        file="syncing/state/files.py",
        old="fcntl.LOCK_EX | fcntl.LOCK_NB",
        new="fcntl.LOCK_SH | fcntl.LOCK_NB",
        tests=(FILES,),
    ),
    Defect(
        name="database-not-locked",
        takes_out="also where the lock file was removed",
        file="syncing/state/opening.py",
        old='    connection.execute("PRAGMA locking_mode = EXCLUSIVE")\n',
        new="",
        tests=(FILES,),
    ),
    Defect(
        name="journal-not-flushed",
        takes_out="what is intended is on the disk before it is sent",
        file="syncing/state/opening.py",
        old='        "synchronous = FULL",\n',
        new='        "synchronous = OFF",\n',
        tests=(PROTECTIONS,),
    ),
    Defect(
        name="journal-not-committed",
        takes_out="what is written is written at once",
        file="syncing/state/database.py",
        old='            self._connection.execute("COMMIT")\n',
        new="",
        tests=(JOURNAL,),
    ),
    Defect(
        name="rows-not-checked-while-a-run-lasts",
        takes_out="a row that is not as it was written is not taken for true",
        file="syncing/state/database.py",
        old="            if checksum(row[:-1]) != row[-1]:",
        new="            if False:",
        tests=(DAMAGE,),
    ),
    Defect(
        name="rows-not-checked-when-opened",
        takes_out="nor when the file is opened",
        file="syncing/state/checking.py",
        old="            if checksum(row[:-1]) != row[-1]:",
        new="            if False:",
        tests=(DAMAGE,),
    ),
    Defect(
        name="rows-not-counted",
        takes_out="a row that is missing is noticed",
        file="syncing/state/checking.py",
        old="        if (count, total) != tallies[table]:",
        new="        if False:",
        tests=(PROTECTIONS,),
    ),
    Defect(
        name="backup-not-noticed",
        takes_out="a file that was put back from a backup is noticed",
        file="syncing/state/checking.py",
        old='    if tallies["writes"][0] < least_writes:',
        new="    if False:",
        tests=(DAMAGE,),
    ),
    Defect(
        name="state-of-another-catalog",
        takes_out="the state of another catalog, or source, is not used",
        file="syncing/state/checking.py",
        old="        if meta[key] != expected:",
        new="        if False:",
        tests=(FILES,),
    ),
    Defect(
        name="older-datasets-taken-for-created",
        takes_out="what people brought back is not taken for what a killed create wrote",
        file="syncing/pending.py",
        old='{**entry, "doubt": True} if "agreed" in entry else entry',
        new="entry",
        tests=(PENDING,),
    ),
    Defect(
        name="older-datasets-undone",
        takes_out="no undo takes away what may not be of its run's making",
        file="syncing/settling.py",
        old="                        is_done = not is_doubtful(base)",
        new="                        is_done = True",
        tests=(f"{SURVEYING}::test_no_undo_takes_away_what_people_edited_of_a_killed_create",),
    ),
    Defect(
        name="unreadable-taken-for-gone",
        takes_out="a dataset that the server fails for tells nothing of what became of a killed write",
        file="syncing/settling.py",
        old=', "unreadable"}',
        new="}",
        tests=(SURVEYING,),
    ),
    Defect(
        name="lost-refusals-taken-for-creates",
        takes_out="what was there before a create is not taken for its own where the answer is lost",
        file="syncing/creating.py",
        old="                if is_doubtful(base):",
        new="                if False:",
        tests=(f"{SURVEYING}::test_what_a_lost_answer_of_a_create_may_have_refused_is_told_apart_from_the_create",),
    ),
    Defect(
        name="open-writes-forgotten",
        takes_out="a write of which nobody knows what became is never forgotten",
        file="syncing/state/journal.py",
        old='run NOT IN ({newest}) AND did NOT IN (?, ?)"',
        new='run NOT IN ({newest}) AND (did NOT IN (?, ?) OR 1)"',
        tests=(JOURNAL,),
    ),
)
