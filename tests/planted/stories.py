"""Defects that the random schedules and stories have to notice, whatever their oracle lets pass."""

from __future__ import annotations

from planted.defect import Defect

SCHEDULES = ("tests/syncing/test_schedules.py",)

TOLD = (
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
