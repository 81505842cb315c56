"""Defects of the doctor: what it must not believe, nor write, nor take for damage."""

from __future__ import annotations

from planted.defect import Defect

DIAGNOSING, INSPECTING = "tests/syncing/test_diagnosing.py", "tests/syncing/state/test_state_inspecting.py"

DIAGNOSES = (
    Defect(
        name="doctor-believes-the-index",
        takes_out="each dataset is read from the database, unless the caller is in a hurry",
        file="syncing/diagnosing/examining.py",
        old="            self._quick\n            and listed is not None",
        new="            listed is not None",
        tests=(DIAGNOSING,),
    ),
    Defect(
        name="doctor-looks-once",
        takes_out="where index and database disagree, they are asked a second time",
        file="syncing/diagnosing/examining.py",
        old="            self.evidence.shown[dataset_id] = shown\n            if listed is None:",
        new="            if True:\n                return\n            if listed is None:",
        tests=(DIAGNOSING,),
    ),
    Defect(
        name="doctor-trusts-its-token",
        takes_out="who is asking is asked again at the end",
        file="syncing/diagnosing/examining.py",
        old="                yield from check_account(self._account)\n            except",
        new="                yield from ()\n            except",
        tests=(DIAGNOSING,),
    ),
    Defect(
        name="doctor-reads-what-is-written",
        takes_out="a state that a run has is not looked into",
        file="syncing/state/inspecting.py",
        old="            if holder:\n",
        new="            if False:\n",
        tests=(INSPECTING,),
    ),
)
