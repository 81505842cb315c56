"""`ckanclient delete`: into the trash, and the truth about what was not."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def three(line: Any) -> list[str]:
    names = ["a1", "b1", "c1"]
    for name in names:
        line.client.action.package_create(name=name, owner_org="test-org")
    return names


def states(line: Any, names: list[str]) -> list[str]:
    return [line.show(name)["state"] for name in names]


def test_datasets_are_deleted_by_name(line: Any, three: list[str]) -> None:
    done = line("delete", "datasets", *three[:2], "-p", "1")
    assert done.exit_code == 0
    assert [one.split(" ")[-2:] for one in done.stderr.splitlines()] == [["None", '"a1"'], ["None", '"b1"']]
    assert states(line, three) == ["deleted", "deleted", "active"]


def test_what_is_not_there_is_a_failure_and_stops_nothing(line: Any, three: list[str]) -> None:
    assert line("delete", "datasets", "-q", "none", stdin="").exit_code == 1
    assert line("delete", "datasets", "-q", stdin="none\n\n" + "\n".join(three)).exit_code == 3
    assert states(line, three) == ["deleted"] * 3


@pytest.mark.parametrize("fault", ["html-after-commit", "lost-after-commit", "lost-before-commit", "html"])
def test_a_lost_answer_is_looked_into(line: Any, three: list[str], fault: str) -> None:
    line.ckan.faults.once("package_delete", fault, at=2)
    assert line("delete", "datasets", "-q", *three).exit_code == 0
    assert states(line, three) == ["deleted"] * 3


def test_a_part_is_counted_in_names(line: Any, three: list[str]) -> None:
    assert line("delete", "datasets", "-q", "-s", "2", "-m", "1", stdin='["a1", "b1", "c1"]').exit_code == 0
    assert states(line, three) == ["active", "deleted", "active"]


def test_an_organization_with_datasets_is_a_failure_of_its_own(line: Any, three: list[str]) -> None:
    line.client.action.organization_create(name="agency")
    done = line("delete", "organizations", "-p", "1", "test-org", "agency")
    assert done.exit_code == 3
    assert line.client.action.organization_show(id="agency")["state"] == "deleted"
    assert states(line, three) == ["active"] * 3


def test_names_come_from_one_place(line: Any) -> None:
    done = line("delete", "datasets", "a1", "-I", "names")
    assert (done.exit_code, "give one of them" in done.stderr) == (2, True)


def test_who_may_not_is_told_by_the_exit_code(line: Any, three: list[str]) -> None:
    assert line("delete", "datasets", "-q", *three, CKAN_API_TOKEN=None).exit_code == 6
    assert states(line, three) == ["active"] * 3
