"""Defects of planning: what proves that something is there, is gone, and may be taken away."""

from __future__ import annotations

from planted.defect import Defect

PLANNING, JUDGING = "tests/syncing/test_planning.py", "tests/syncing/test_judging.py"
RUNNING, WANTED = "tests/syncing/test_running.py", "tests/syncing/test_wanted.py"
SURVEYING = "tests/syncing/test_surveying.py"
PROTECTIONS = "tests/syncing/test_protections.py"

EVIDENCE = (
    Defect(
        name="absence-believed",
        takes_out="the database is asked for what an earlier run wrote and the index lacks",
        file="syncing/surveying.py",
        old="            elif row.dataset_id is None and (row.base_status",
        new="            elif False and (row.base_status",
        tests=(PROTECTIONS,),
    ),
    Defect(
        name="no-second-witness",
        takes_out="on a first run, the members of the organizations are held against the index",
        file="syncing/surveying.py",
        old="        if not self._state.count_bases():\n            for organization",
        new="        if False:\n            for organization",
        tests=(SURVEYING,),
    ),
    Defect(
        name="lag-ignored",
        takes_out="nothing is deleted while index and database disagree",
        file="syncing/asking.py",
        old="        if not self._lagging:\n",
        new="        if True:\n",
        tests=(SURVEYING,),
    ),
    Defect(
        name="count-ignored",
        takes_out="the datasets that were listed are counted",
        file="syncing/catalog.py",
        old='        doubt = "" if seen == promised == after else _disagreement(seen, promised, after)\n',
        new='        doubt = ""\n',
        tests=(RUNNING,),
    ),
    Defect(
        name="count-after-ignored",
        takes_out="and counted again at the end",
        file="syncing/catalog.py",
        old='        doubt = "" if seen == promised == after else',
        new='        doubt = "" if seen == promised else',
        tests=(PROTECTIONS,),
    ),
    Defect(
        name="short-page-taken-for-the-last",
        takes_out="a page that is shorter than asked for does not end the list",
        file="quirks/search.py",
        old="    return found == 0 or (isinstance(count, int) and found >= count)",
        new="    return found < MOST_ROWS",
        tests=("tests/low_level/test_lists.py",),
    ),
    Defect(
        name="private-ones-not-listed",
        takes_out="private datasets and drafts are listed, too",
        file="quirks/search.py",
        old="    if everything:\n",
        new="    if False:\n",
        tests=("tests/low_level/test_lists.py",),
    ),
    Defect(
        name="other-sources-listed",
        takes_out="only datasets with this source's marker are listed",
        file="syncing/catalog.py",
        old="            if not marker.startswith(own):",
        new="            if not marker:",
        tests=(PROTECTIONS,),
    ),
    Defect(
        name="token-not-asked-again",
        takes_out="a token that was revoked while the catalog was read ends the run",
        file="syncing/surveying.py",
        old="        yield from check_account(self.account)\n",
        new="",
        tests=(RUNNING,),
    ),
    Defect(
        name="other-catalog-taken",
        takes_out="a catalog in which nothing is left of what is remembered ends the run",
        file="syncing/surveying.py",
        old="        yield from check_same_catalog(self._name, self._catalog_url, self._state.spool)\n",
        new="",
        tests=(SURVEYING,),
    ),
    Defect(
        name="lost-memory-not-told",
        takes_out="nothing is deleted by a run whose memory was damaged",
        file="syncing/surveying.py",
        old="            doubts=(self._state.rebuilt_because, ",
        new='            doubts=("", ',
        tests=(PROTECTIONS,),
    ),
    Defect(
        name="killed-writes-not-looked-into",
        takes_out="writes of which nobody wrote down what became of them are held against the database",
        file="syncing/surveying.py",
        old='{entry.key: entry for entry in self._state.unsettled() if entry.kind == "dataset"}',
        new="{}",
        tests=(SURVEYING,),
    ),
    Defect(
        name="delete-on-a-partial-source",
        takes_out="nothing is deleted where the source was not read completely",
        file="syncing/planning.py",
        old=(
            "    if isinstance(ending, Partial):\n"
            '        doubt = doubt or f"the source was not read completely: {ending.reason}"\n'
            "    if isinstance(ending, Complete) and not doubt:\n"
        ),
        new="    if not doubt:\n",
        tests=(PLANNING,),
    ),
    Defect(
        name="delete-in-doubt",
        takes_out="nothing is deleted while the catalog does not add up",
        file="syncing/planning.py",
        old="    if isinstance(ending, Complete) and not doubt:",
        new="    if isinstance(ending, Complete):",
        tests=(PLANNING,),
    ),
    Defect(
        name="refused-taken-for-absent",
        takes_out="a record that cannot be taken keeps its dataset",
        file="syncing/wanted.py",
        old="    if key is not None:\n        intake.present.add(key)\n",
        new="",
        tests=(WANTED,),
    ),
    Defect(
        name="record-without-id-ignored",
        takes_out="a source with something that has no id is not complete",
        file="syncing/wanted.py",
        old="    if any(not refused.record_id for refused in intake.refused):",
        new="    if False:",
        tests=(WANTED,),
    ),
    Defect(
        name="first-of-two-records-taken",
        takes_out="of two records with one id and different content, neither is taken",
        file="syncing/wanted.py",
        old="        if again.hash != hash_noted:",
        new="        if False:",
        tests=(WANTED,),
    ),
    Defect(
        name="first-of-two-datasets-taken",
        takes_out="of two datasets with one marker, neither is written",
        file="syncing/judging.py",
        old=(
            "        if row.copies > 1:\n"
            "            return Judgement(refused=self._copied(row))\n"
            '        if row.base_status == "present" and row.base_hash'
        ),
        new='        if row.base_status == "present" and row.base_hash',
        tests=(PLANNING,),
    ),
    Defect(
        name="first-of-two-datasets-deleted",
        takes_out="nor deleted",
        file="syncing/judging.py",
        old=(
            "        if row.copies > 1:\n"
            "            return Judgement(refused=self._copied(row))\n"
            "        if row.record_id in self._facts.in_trash:\n"
        ),
        new="        if row.record_id in self._facts.in_trash:\n",
        tests=(PLANNING,),
    ),
    Defect(
        name="touched-in-trash-purged",
        takes_out="a purge is finished only where the trash shows the timestamp of our own delete",
        file="syncing/pending.py",
        old='current.get("state") == "deleted" and entry.values == put_there\n',
        new='current.get("state") == put_there["state"]\n',
        tests=("tests/syncing/test_pending.py", "tests/contract/test_sync_broken_purge.py"),
    ),
    Defect(
        name="trashed-by-others-purged",
        takes_out="what somebody else moved to the trash after it was looked at is not purged",
        file="syncing/deleting.py",
        old='        if not written and updated.get("metadata_modified") != planned:',
        new="        if False:",
        tests=("tests/syncing/test_deleting.py",),
    ),
    Defect(
        name="edits-not-noticed",
        takes_out="a dataset whose timestamp moved is merged, though its record is the same",
        file="syncing/judging.py",
        old="row.base_hash == row.wanted_hash and _is_as_known(row):",
        new="row.base_hash == row.wanted_hash:",
        tests=(PROTECTIONS,),
    ),
    Defect(
        name="marker-not-looked-at",
        takes_out="a dataset that lost its marker after it was listed is left alone",
        file="syncing/judging.py",
        old="        if current is None or read_marker(current) != identity.marker:",
        new="        if current is None:",
        tests=(JUDGING,),
    ),
    Defect(
        name="taken-away-made-again",
        takes_out="what people deleted, purged or released stays so",
        file="syncing/judging.py",
        old='        if row.base_status == "present" and why is not None:',
        new="        if False:",
        tests=(JUDGING,),
    ),
    Defect(
        name="brought-back-deleted-again",
        takes_out="what people brought back out of the trash stays there",
        file="syncing/judging.py",
        old='        if base is not None and base.status == "withdrawn" and base.dataset_id == row.dataset_id:',
        new="        if False:",
        tests=(JUDGING,),
    ),
    Defect(
        name="grace-ignored",
        takes_out="a record has to be gone for as long as was asked",
        file="syncing/judging.py",
        old="        if not self._is_due(row.record_id):",
        new="        if False:",
        tests=(JUDGING,),
    ),
    Defect(
        name="quarantine-ignored",
        takes_out="what CKAN refused is not sent again before it changes",
        file="syncing/judging.py",
        old="        if known is None or self._options.retry_refused:",
        new="        if True:",
        tests=(JUDGING,),
    ),
    Defect(
        name="marked-adopted",
        takes_out="a dataset of another source is never taken over",
        file="syncing/judging.py",
        old="        if holder is None or holder.marker is not None or",
        new="        if holder is None or",
        tests=(JUDGING,),
    ),
)
