"""Defects of what is checked before the first write: the guards, and whether a plan may still be carried out."""

from __future__ import annotations

from planted.defect import Defect

GUARDS, PLAN = ("tests/syncing/test_guards.py",), ("tests/syncing/test_plan.py",)
JOBS = "tests/syncing/test_jobs.py"
FILE = "syncing/guards.py"


def _off_by_one(name: str, takes_out: str, old: str, new: str) -> Defect:
    return Defect(name=name, takes_out=takes_out, file=FILE, old=old, new=new, tests=GUARDS)


CHECKS = (
    _off_by_one(
        "empty-source-let-through",
        "a source that holds nothing is refused",
        "    if records == 0 and not limits.allow_empty:",
        "    if False:",
    ),
    _off_by_one(
        "guard-all-off-by-one",
        "deleting all is refused",
        "    if managed >= 1 and deletes >= managed:",
        "    if managed >= 1 and deletes > managed:",
    ),
    _off_by_one(
        "guard-the-only-one-off-by-one",
        "also where that is one",
        "    if managed >= 1 and deletes >= managed:",
        "    if managed > 1 and deletes >= managed:",
    ),
    _off_by_one("guard-5-off-by-one", "the sixth delete may be refused", "_FEW_DELETES = 5", "_FEW_DELETES = 6"),
    _off_by_one(
        "guard-5-too-strict",
        "the fifth is not",
        "    if deletes > _FEW_DELETES and",
        "    if deletes >= _FEW_DELETES and",
    ),
    _off_by_one("guard-10-percent-off-by-one", "more than 10 % is refused", "Fraction(10, 100)", "Fraction(11, 100)"),
    _off_by_one(
        "guard-10-percent-too-strict",
        "10 % is not",
        "deletes > _SMALL_PART * managed:",
        "deletes >= _SMALL_PART * managed:",
    ),
    _off_by_one(
        "guard-half-off-by-one", "more than half is refused", "_HALF = Fraction(1, 2)", "_HALF = Fraction(2, 3)"
    ),
    _off_by_one(
        "guard-half-too-strict",
        "half is not",
        "deletes > _HALF * managed:",
        "deletes >= _HALF * managed:",
    ),
    _off_by_one("guard-2-off-by-one", "so from the second delete on", "_ONE = 1", "_ONE = 2"),
    _off_by_one("guard-20-off-by-one", "the 21st update may be refused", "_FEW_UPDATES = 20", "_FEW_UPDATES = 21"),
    _off_by_one(
        "guard-20-too-strict",
        "the 20th is not",
        "    if updates > _FEW_UPDATES and",
        "    if updates >= _FEW_UPDATES and",
    ),
    _off_by_one(
        "guard-updates-half-too-strict",
        "half of the updates pass",
        "updates > _HALF * managed:",
        "updates >= _HALF * managed:",
    ),
    _off_by_one("limit-off-by-one", "a limit of one's own is kept to", "return number <= (", "return number - 1 <= ("),
    Defect(
        name="guards-not-asked",
        takes_out="an unsafe plan is not carried out",
        file="syncing/running.py",
        old="        plan.raise_if_unsafe(limits)\n",
        new="",
        tests=("tests/syncing/test_accidents.py",),
    ),
    Defect(
        name="conflicts-pass-under-fail",
        takes_out="under on_conflict=fail, a plan with conflicts is not carried out",
        file="syncing/running.py",
        old='        if self._options.rules.on_conflict == "fail" and plan.conflicts:',
        new="        if False:",
        tests=(JOBS,),
    ),
    Defect(
        name="altered-plan-taken",
        takes_out="a plan file that was altered is refused",
        file="syncing/plan.py",
        old="        if plan.checksum != checksum:",
        new="        if False:",
        tests=PLAN,
    ),
    Defect(
        name="stale-plan-taken",
        takes_out="a plan is refused once another run began",
        file="syncing/running.py",
        old="        if plan.serial != self._state.serial:",
        new="        if False:",
        tests=(JOBS,),
    ),
    Defect(
        name="plan-of-another-user-taken",
        takes_out="a plan is refused with the token of another user",
        file="syncing/running.py",
        old="        if plan.account != self._account.name:",
        new="        if False:",
        tests=(JOBS,),
    ),
    Defect(
        name="plan-of-another-catalog-taken",
        takes_out="a plan is refused at another catalog",
        file="syncing/running.py",
        old="    if plan.catalog != catalog_url:",
        new="    if False:",
        tests=(JOBS,),
    ),
)
