"""What the doctor says of a version, and of an index that a flow reads."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.syncing.diagnosing.asking import read_marked
from ckan_api_client.syncing.diagnosing.datasets import looks_alike
from ckan_api_client.syncing.diagnosing.evidence import Evidence
from ckan_api_client.syncing.diagnosing.index import index_findings
from ckan_api_client.syncing.diagnosing.releases import oddities_of, site_findings, version_of


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("2.11.6", (2, 11, 6)),
        ("2.12", (2, 12, 0)),
        ("2.12.0a0", (2, 12, -1)),
        ("2.11.6+city.1", (2, 11, 6)),
        ("", None),
        ("master", None),
        ("2." + "9" * 5000, None),
    ],
    ids=["patch", "line", "pre-release", "local", "empty", "words", "huge"],
)
def test_a_version_is_read_as_numbers(text: str, version: tuple[int, ...] | None) -> None:
    assert version_of(text) == version


@pytest.mark.parametrize(
    ("version", "severity", "named"),
    [
        ("2.12.0", ["ok"], []),
        ("2.11.6", ["ok"], []),
        ("2.11.5", ["ok"], []),
        ("2.11.4", ["warning"], ["CVE-2026-42031"]),
        ("2.11.3", ["warning"], ["CVE-2025-64100", "CVE-2026-42031"]),
        ("2.10.10", ["ok"], []),
        ("2.10.0", ["warning"], ["CVE-2023-32321", "CVE-2025-64100", "CVE-2026-42031"]),
        ("2.9.11", ["error", "warning"], ["CVE-2026-42031"]),
        ("2.13.0", ["remark", "ok"], []),
        (None, ["remark"], []),
    ],
)
def test_a_version_that_is_known_to_be_vulnerable_is_named(
    version: str | None, severity: list[str], named: list[str]
) -> None:
    found = list(site_findings({"ckan_version": version}, "https://data.example.org"))
    assert [finding.severity.value for finding in found] == severity
    assert [item.name.partition(" ")[0] for finding in found for item in finding.items] == named


def test_another_address_is_a_remark() -> None:
    status = {"ckan_version": "2.12.0", "site_url": "https://www.example.org/"}
    found = list(site_findings(status, "https://data.example.org"))
    assert [finding.severity.value for finding in found] == ["ok", "remark"]
    assert "https://www.example.org" in found[1].what
    assert [one.severity.value for one in site_findings(status, "https://www.example.org")] == ["ok"]


def test_the_oddities_of_a_line_are_those_of_the_registry() -> None:
    assert "sysadmin-sets-the-timestamp" in oddities_of((2, 12, 0))
    assert "sysadmin-sets-the-timestamp" not in oddities_of((2, 11, 6))


@pytest.mark.parametrize(
    ("marker", "alike"),
    [
        ("geo:1", False),
        ("geo:a:b", False),
        ("geo-2:1", False),
        ("hydro:geo:1", False),
        ("Geo:1", True),
        (" geo:1", True),
        ("geo :1", True),
        ("geo：1", True),  # noqa: RUF001 - a wide colon
        ("geo", True),
        ("geo:", True),
    ],
)
def test_a_marker_that_was_meant_to_be_one_looks_alike(marker: str, *, alike: bool) -> None:
    assert looks_alike(marker, "geo") is alike


def item(dataset_id: str) -> dict[str, Any]:
    return {"id": dataset_id, "name": dataset_id, "_harvest_source": f"geo:{dataset_id}"}


def test_a_dataset_that_the_index_has_twice_is_named(play: Any) -> None:
    page = {"count": 3, "results": [item("a"), item("a"), item("b")]}
    found, sent = play(read_marked("geo", lambda *_: None), [("package_search", page)] * 3)
    assert (sorted(found.datasets), found.twice, found.doubt) == (["a", "b"], {"a"}, "")
    assert all(body["include_private"] and body["include_drafts"] for body in sent)
    evidence = Evidence("geo", listed=found.datasets, twice=found.twice)
    (finding, _) = index_findings(evidence)
    assert [one.name for one in finding.items] == ["a"]
    assert finding.repair[1] == "ckan search-index clear a && ckan search-index rebuild a"


def test_an_index_that_gives_less_than_it_promises_is_doubted(play: Any) -> None:
    found, _ = play(
        read_marked("geo", lambda *_: None),
        [("package_search", {"count": 3, "results": [item("a")]}), ("package_search", {"count": 2, "results": []})] * 3,
    )
    assert found.doubt == "it promised 3 datasets and gave 1"
    (finding, *_) = index_findings(Evidence("geo", listed=found.datasets, doubt=found.doubt))
    assert finding.severity.value == "warning"
