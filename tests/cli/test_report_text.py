"""The report of a run on the terminal."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from ckan_api_client.cli.report_text import end_with, report_lines
from ckan_api_client.syncing import Did, Outcome, Report
from ckan_api_client.syncing.plan import Conflict


def text_of(report: Report, state: Path | None = None) -> str:
    return click.unstyle("\n".join(report_lines(report, 1.25, state)))


CONFLICT = Conflict("6", "id-6", "Seas", "title", "A", "B", "catalog", "both changed it")


def test_a_report_tells_what_was_done_and_what_was_not_and_how_to_take_it_back() -> None:
    outcomes = [
        Outcome(Did.CREATED, "organization", "survey"),
        Outcome(Did.CREATED, "dataset", "1"),
        Outcome(Did.UPDATED, "dataset", "2", notes=("url: sent 'a', got 'http://a'",)),
        Outcome(Did.UNCHANGED, "dataset", "5", reason="it is in the trash already"),
        Outcome(Did.REFUSED, "dataset", "3", "a.jsonl:3", field="owner_org", reason="nobody's"),
        Outcome(Did.FAILED, "dataset", "4", "a.jsonl:4", reason="the server broke"),
    ]
    report = Report(
        "geo",
        "http://c",
        outcomes,
        unchanged=93,
        no_deletes_because="line 17 is missing",
        adjusted={"tags: cut": 12},
        run=7,
        conflicts=(CONFLICT,),
        notes=("2 datasets are left alone",),
    )
    assert (
        text_of(report)
        == """\
geo -> http://c
organizations: 1 created
datasets: 1 created, 1 updated, 94 unchanged, 1 refused, 1 failed
conflicts: 1 kept from the catalog, 0 taken from the source
nothing was deleted: line 17 is missing
2 datasets are left alone
  created: 1, organization survey
  updated: 2
  ! 6  Seas
      title: kept from the catalog (both changed it)
        source:  "A"
        catalog: "B"
1 of them were stored by CKAN with another value than sent: see --json
values fitted to what CKAN takes (docs/fitting.md):
      12  tags: cut
left as they are: 1
       1  unchanged: it is in the trash already
            dataset 5
not done: 2
       1  refused, owner_org: nobody's
            a.jsonl:3 dataset 3
       1  failed: the server broke
            a.jsonl:4 dataset 4
run 7, 1.2 s
to take it back: ckanclient undo geo 7"""
    )


def test_of_many_things_some_are_told() -> None:
    outcomes = [
        *(Outcome(Did.CREATED, "dataset", f"{number:02}") for number in range(20)),
        *(Outcome(Did.FAILED, "dataset", f"{number}", reason=f"reason {number}") for number in range(25)),
        *(Outcome(Did.SKIPPED, "dataset", f"{number}", reason="no such organization") for number in range(5)),
    ]
    text = text_of(Report("geo", "http://c", outcomes, conflicts=(CONFLICT,) * 12))
    assert "  created: 00, 01, 02, 03, 04 and 15 more; all are in --json\n" in text
    assert "  and 2 more conflicts; all are in --json\n" in text
    assert "            and 2 more; all are in --json\n" in text
    assert "  and 6 other reasons; all are in --json\n" in text
    assert text.endswith("\n1.2 s")


def test_a_refusal_that_names_each_dataset_is_told_once() -> None:
    refused = "User eve not authorized to"
    creates = [
        Outcome(Did.FAILED, "dataset", f"{n}", reason=f"package_create 'seas-{n}': {refused} add dataset")
        for n in range(9)
    ]
    updates = [
        Outcome(Did.FAILED, "dataset", f"{n}", "", id_, reason=f"package_revise '{id_}': {refused} edit package {id_}")
        for n, id_ in enumerate(("6f0c-1", "6f0c-2"))
    ]
    lines = text_of(Report("geo", "http://c", [*creates, *updates])).splitlines()
    assert lines[2:4] == [
        "not done: 11",
        "       9  failed: package_create '…': User eve not authorized to add dataset",
    ]
    assert "       2  failed: package_revise '…': User eve not authorized to edit package …" in lines
    assert not [line for line in lines if "other reasons" in line]


def test_nothing_in_a_report_speaks_to_the_terminal() -> None:
    evil = "\u001b[31mred\u202e\u009b\n"
    conflict = Conflict(evil, evil, evil, evil, evil, evil, "source", evil)
    outcomes = [Outcome(did, evil, evil, evil, evil, evil, evil, (evil,)) for did in Did]
    report = Report(evil, evil, outcomes, 0, evil, {evil: 1}, 1, (conflict,), (evil,))
    text = text_of(report, Path(evil))
    assert not set("\u001b\u202e\u009b\r") & set(text)


@pytest.mark.parametrize("as_json", [False, True])
def test_the_exit_code_is_3_where_something_was_not_done(as_json: bool) -> None:
    with pytest.raises(SystemExit) as end:
        end_with(Report("geo", "http://c", [Outcome(Did.FAILED, "dataset", "1")]), 1, None, as_json=as_json)
    assert end.value.code == 3
    end_with(Report("geo", "http://c"), 1, None, as_json=as_json)
