"""Defects that the random schedules and stories have to notice, whatever their oracle lets pass."""

from __future__ import annotations

from planted.defect import Defect

STORIES = ("tests/machine/test_rules.py",)
SCHEDULES = ("tests/syncing/test_schedules.py",)

TOLD = (
    Defect(
        name="deletes-believed-done",
        takes_out="a delete of which nobody heard is looked for, so that no dataset stays which its record has left",
        file="syncing/pending.py",
        old='        return current is None or current.get("state") == "deleted"',
        new="        return True",
        tests=("tests/machine/test_steps.py",),
    ),
    Defect(
        name="made-beside-the-trash",
        takes_out="a sysadmin's dataset has the record's own id, so that none is made beside the one in the trash",
        file="syncing/creating.py",
        old='    if terms.by_sysadmin:\n        payload["id"] = identity.dataset_id',
        new='    if False:\n        payload["id"] = identity.dataset_id',
        tests=STORIES,
    ),
    Defect(
        name="what-people-brought-back-deleted",
        takes_out="what people brought back after the source had withdrawn it is not deleted again",
        file="syncing/judging.py",
        old='        if base is not None and base.status == "withdrawn" and base.dataset_id == row.dataset_id:\n',
        new="        if False:\n",
        tests=("tests/syncing/test_judging.py",),
    ),
    Defect(
        name="revivals-unreported",
        takes_out="what a run brought back is in its report",
        file="syncing/running.py",
        old="            self.report.outcomes.append(outcome)\n            for conflict",
        new=(
            "            if outcome.did is not Did.REVIVED:\n"
            "                self.report.outcomes.append(outcome)\n"
            "            for conflict"
        ),
        tests=SCHEDULES,
    ),
    Defect(
        name="unwritten-reported",
        takes_out="what was not written is not reported as written",
        file="syncing/applying.py",
        old="    if did is not Did.CREATED and not written:",
        new="    if False:",
        tests=("tests/syncing/test_creating.py",),
    ),
)
