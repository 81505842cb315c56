import copy
import doctest
import gzip
import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckan_api_client.syncing.fitting import Adjustment, Fitted, Unfit, fit_dataset, fit_group

SAMPLE = Path(__file__).parents[2] / "src/ckan_api_client/testing/datagov-100.jsonl.gz"
RESERVED = {
    "id", "name", "title", "author", "author_email", "maintainer", "maintainer_email", "license_id", "notes", "url",
    "version", "state", "type", "owner_org", "private", "resources", "tags", "tag_string", "plugin_data", "extras",
    "save", "return_to", "relationships_as_object", "relationships_as_subject", "groups", "metadata_modified",
    "__before", "__extras", "__junk",
}  # fmt: skip


def read_sample() -> list[dict[str, Any]]:
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def extras_of(fitted: Fitted) -> dict[str, str]:
    return {extra["key"]: extra["value"] for extra in fitted.dataset.get("extras", [])}


def fit_extras(*pairs: tuple[str, Any], **options: Any) -> dict[str, str]:
    return extras_of(fit_dataset({"extras": [{"key": key, "value": value} for key, value in pairs]}, **options))


def fit_one_resource(**resource: Any) -> dict[str, Any]:
    fitted: dict[str, Any] = fit_dataset({"resources": [{"description": "", **resource}]}).dataset["resources"][0]
    if not fitted["description"]:
        del fitted["description"]
    return fitted


def assert_ckan_takes(dataset: Mapping[str, Any]) -> None:
    """What CKAN 2.10 to 2.12 check, in short; the full proof is the 2,000 real records on the real ones."""
    json.dumps(dataset, allow_nan=False).encode()
    assert re.fullmatch(r"[a-z0-9_-]{2,100}", dataset.get("name", "ok"))
    keys = [extra["key"] for extra in dataset.get("extras", [])]
    assert len(keys) == len(set(keys))
    assert not RESERVED & set(keys)
    assert all(key.strip() and key != "_harvest_source" for key in keys)
    for extra in dataset.get("extras", []):
        assert isinstance(extra["value"], str)
        assert len(extra["value"].encode()) <= 32_766
    for tag in dataset.get("tags", []):
        assert re.fullmatch(r"[\w \-.]{2,100}", tag["name"])
    for resource in dataset.get("resources", []):
        assert resource.get("size") is None or abs(resource["size"]) < 2**63
        for key in ("created", "last_modified", "cache_last_updated"):
            assert resource.get(key) is None or datetime.fromisoformat(resource[key]).tzinfo is None
        assert not any(isinstance(value, list) and value and isinstance(value[0], dict) for value in resource.values())


# --- real records


@pytest.mark.parametrize("record", read_sample(), ids=lambda record: record["name"][:30])
def test_a_real_record_fits_and_fitting_it_again_changes_nothing(record: dict[str, Any]) -> None:
    before = copy.deepcopy(record)
    fitted = fit_dataset(record)
    assert record == before
    assert_ckan_takes(fitted.dataset)
    assert fitted.dataset["name"] == record["name"]
    assert len(fitted.dataset["resources"]) == len(record["resources"])
    again = fit_dataset(fitted.dataset)
    assert again == Fitted(fitted.dataset, None, [], ())


def test_what_the_real_records_need_is_known() -> None:
    reasons = Counter(adjustment.reason for record in read_sample() for adjustment in fit_dataset(record).adjustments)
    assert reasons == {
        "CKAN has a field of this name: kept as the extra extra_tags": 68,
        "extras hold text only": 217,
    }


def test_a_real_record_of_today_and_its_organization() -> None:
    fitted = fit_dataset(
        {
            "id": "31403d8d-f736-499c-aeb9-685f5717cc6d",
            "name": "vt-lidar-aspect",
            "title": "VT Lidar Aspect",
            "type": "dataset",
            "state": "active",
            "private": False,
            "version": None,
            "metadata_modified": "2016-07-09T01:27:15.854966",
            "num_tags": 0,
            "isopen": False,
            "organization": {
                "approval_status": "approved",
                "created": "2013-03-14T03:44:41.302957",
                "description": "",
                "id": "0c3a4ebc-9929-4f21-bdd0-76a35d52f57d",
                "image_url": "http://vcgi.vermont.gov/sites/all/themes/vt_template/logo.png",
                "is_organization": True,
                "name": "vcgi-org",
                "revision_id": "c5dfbbb0-f1e0-4db6-b566-e932e1520060",
                "state": "active",
                "title": "Vermont Center for Geographic Information",
                "type": "organization",
            },
            "owner_org": "0c3a4ebc-9929-4f21-bdd0-76a35d52f57d",
            "groups": [
                {
                    "description": "Local Government Topic - for all datasets with state, local, county organizations",
                    "display_name": "Local Government",
                    "id": "ccc6c266-eee8-44bd-89aa-7cd8c4c6bf46",
                    "image_display_url": "",
                    "name": "local",
                    "title": "Local Government",
                }
            ],
            "tags": [{"name": "vermont", "state": "active", "vocabulary_id": None}],
            "extras": [
                {"key": "spatial_harvester", "value": True},
                {"key": "tags", "value": "vermont, u.s., 2016"},
                {"key": "harvest_source_title", "value": "VT Center"},
                {"key": "harvest_source_title", "value": "VT Center"},
            ],
        }
    )
    assert fitted == Fitted(
        dataset={
            "name": "vt-lidar-aspect",
            "title": "VT Lidar Aspect",
            "version": None,
            "private": False,
            "type": "dataset",
            "tags": [{"name": "vermont"}],
            "extras": [
                {"key": "spatial_harvester", "value": "true"},
                {"key": "harvest_source_title", "value": "VT Center"},
                {"key": "extra_tags", "value": "vermont, u.s., 2016"},
            ],
        },
        organization={
            "name": "vcgi-org",
            "title": "Vermont Center for Geographic Information",
            "description": "",
            "image_url": "http://vcgi.vermont.gov/sites/all/themes/vt_template/logo.png",
        },
        groups=[
            {
                "name": "local",
                "title": "Local Government",
                "description": "Local Government Topic - for all datasets with state, local, county organizations",
            }
        ],
        adjustments=(
            Adjustment("extras.spatial_harvester", "extras hold text only", True, "true"),
            Adjustment(
                "extras.tags",
                "CKAN has a field of this name: kept as the extra extra_tags",
                "vermont, u.s., 2016",
                None,
            ),
        ),
    )


def test_a_record_of_the_harvest_plugin_becomes_a_dataset_that_says_what_it_was() -> None:
    fitted = fit_dataset(
        {
            "config": '{"private_datasets": false}',
            "frequency": "MANUAL",
            "name": "fema-r09",
            "private_datasets": False,
            "revision_timestamp": None,
            "source_type": "waf",
            "title": "FEMA-R09",
            "tracking_summary": {"recent": 0, "total": 10},
            "type": "harvest",
        }
    )
    assert fitted.dataset == {
        "name": "fema-r09",
        "title": "FEMA-R09",
        "type": "dataset",
        "extras": [
            {"key": "type_as_given", "value": "harvest"},
            {"key": "config", "value": '{"private_datasets": false}'},
            {"key": "frequency", "value": "MANUAL"},
            {"key": "private_datasets", "value": "false"},
            {"key": "source_type", "value": "waf"},
        ],
    }


def test_the_plain_form_of_2014() -> None:
    fitted = fit_dataset(
        {
            "id": "dataset-1",
            "title": "Bilancio",
            "owner_org": "comune-di-trento",
            "groups": ["economia", "economia", "Bilanci e Spese"],
            "tags": ["spesa", "a/b"],
            "extras": {"anno": 2014, "nota": None},
            "resources": [{"url": "http://example.com/a.csv"}],
        }
    )
    assert fitted.dataset == {
        "title": "Bilancio",
        "tags": [{"name": "spesa"}, {"name": "a-b"}],
        "resources": [{"url": "http://example.com/a.csv"}],
        "extras": [
            {"key": "anno", "value": "2014"},
            {"key": "nota", "value": ""},
            {"key": "tags_as_given", "value": '["a/b"]'},
        ],
    }
    assert fitted.organization == {"name": "comune-di-trento"}
    assert fitted.groups == [{"name": "economia"}, {"name": "bilanci-e-spese", "title": "Bilanci e Spese"}]


# --- what is refused


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        ([], "record is a list, not an object"),
        (None, "record is a NoneType, not an object"),
        ({"state": "deleted"}, "state is 'deleted' in the source: only active datasets are taken over"),
        ({"state": "draft"}, "state is 'draft' in the source: only active datasets are taken over"),
        ({"private": "perhaps"}, "private is 'perhaps': neither true nor false"),
        ({"notes": {1, 2}}, "notes is a set, which JSON has no word for"),
        ({"extras": {"a": 10**400}}, "extras.a is a number of more than 300 digits"),
        ({"a": json.loads("[" * 65 + "]" * 65)}, f"a{'[0]' * 63} is nested deeper than 64 levels"),
    ],
    ids=["list", "None", "deleted", "draft", "private", "set", "digits", "deep"],
)
def test_a_record_without_a_sensible_default_is_unfit(record: Any, verdict: str) -> None:
    with pytest.raises(Unfit) as caught:
        fit_dataset(record)
    assert str(caught.value) == verdict


def test_an_empty_record_fits() -> None:
    assert fit_dataset({}) == Fitted({}, None, [], ())


# --- fields


@pytest.mark.parametrize("key", ["id", "state", "plugin_data", "creator_user_id", "metadata_modified", "isopen"])
def test_a_source_does_not_set_what_is_the_catalogs(key: str) -> None:
    assert fit_dataset({key: "active"}) == Fitted({}, None, [], ())


def test_the_marker_of_another_chain_is_content_and_never_a_marker() -> None:
    assert fit_extras(("_harvest_source", "upstream:7"), ("_harvest_source_as_given", "older:1")) == {
        "_harvest_source_as_given": "older:1",
        "_harvest_source_as_given_2": "upstream:7",
    }
    assert extras_of(fit_dataset({"_harvest_source": "upstream:7"})) == {"_harvest_source_as_given": "upstream:7"}


@pytest.mark.parametrize(
    ("given", "dataset"),
    [
        ({"name": "ok"}, {"name": "ok", "title": "ok"}),
        ({"name": "My Data"}, {"title": "My Data", "extras": [{"key": "name_as_given", "value": "My Data"}]}),
        ({"name": "a\n", "title": "A"}, {"title": "A", "extras": [{"key": "name_as_given", "value": "a\n"}]}),
        ({"name": "ok", "title": " "}, {"name": "ok", "title": "ok"}),
        ({"name": 2014, "title": {"en": "A"}}, {"name": "2014", "title": '{"en": "A"}'}),
        ({"name": "new", "title": None}, {"title": "new", "extras": [{"key": "name_as_given", "value": "new"}]}),
        ({"name": None, "title": None}, {}),
    ],
)
def test_name_and_title(given: dict[str, Any], dataset: dict[str, Any]) -> None:
    assert fit_dataset(given).dataset == dataset


def test_a_title_that_solr_cannot_hold_is_cut_and_kept_whole_in_parts() -> None:
    fitted = fit_dataset({"title": "ü" * 20_000})
    assert fitted.dataset["title"] == "ü" * 16_383
    assert extras_of(fitted) == {"title_as_given_part_1": "ü" * 16_383, "title_as_given_part_2": "ü" * 3_617}


@pytest.mark.parametrize(
    ("key", "given", "sent", "aside"),
    [
        ("author_email", " a@b.cd ", "a@b.cd", None),
        ("maintainer_email", "mailto:a@b.cd", "a@b.cd", None),
        ("maintainer_email", "A <a@b.cd>, B", None, "A <a@b.cd>, B"),
        ("version", "v" * 100, "v" * 100, None),
        ("version", "v" * 101, None, "v" * 101),
        ("version", 1.5, "1.5", None),
        ("license_id", "x" * 32_766, "x" * 32_766, None),
        ("notes", "n" * 100_000, "n" * 100_000, None),
        ("notes", "a\0b\ud800", "ab\ufffd", None),
        ("author", ["A", "B"], '["A", "B"]', None),
        ("url", None, None, None),
        ("url", "", "", None),
    ],
)
def test_scalars(key: str, given: Any, sent: Any, aside: str | None) -> None:
    fitted = fit_dataset({key: given})
    assert fitted.dataset[key] == sent
    assert extras_of(fitted).get(f"{key}_as_given") == aside


def test_a_url_that_solr_cannot_hold_is_kept_in_parts() -> None:
    fitted = fit_dataset({"url": "x" * 32_767})
    assert fitted.dataset["url"] is None
    assert extras_of(fitted) == {"url_as_given_part_1": "x" * 32_766, "url_as_given_part_2": "x"}


@pytest.mark.parametrize(
    ("given", "sent"), [(True, True), (1, True), ("on", True), ("No", False), (0, False), ("", False), (None, False)]
)
def test_private_is_a_boolean(given: Any, sent: bool) -> None:
    assert fit_dataset({"private": given}).dataset["private"] is sent


# --- extras


def test_extras_that_repeat_are_one_or_numbered() -> None:
    assert fit_extras(("a", "1"), ("a", "1"), ("a", "2"), ("a", 1), ("a", "3"), ("a", "2")) == {
        "a": "1",
        "a_2": "2",
        "a_3": "3",
    }


def test_an_extra_keeps_its_key_before_a_renamed_one_takes_it() -> None:
    assert fit_extras(("tags", "renamed"), ("extra_tags", "own")) == {"extra_tags": "own", "extra_tags_2": "renamed"}


def test_values_that_are_no_text() -> None:
    extras = fit_extras(("a", ["010:86"]), ("b", {"z": "ü", "a": 1}), ("c", True), ("d", None), ("e", float("nan")))
    assert extras == {"a": '["010:86"]', "b": '{"z": "ü", "a": 1}', "c": "true", "d": "", "e": "nan"}


def test_a_value_that_solr_cannot_hold_is_split_and_none_stands_for_the_whole() -> None:
    assert fit_extras(("k", "x" * 70_000), ("k_part_1", "own")) == {
        "k_part_1": "own",
        "k_2_part_1": "x" * 32_766,
        "k_2_part_2": "x" * 32_766,
        "k_2_part_3": "x" * 4_468,
    }


@pytest.mark.parametrize(
    ("key", "value", "sent"),
    [
        ("issue_date", "2016-05-16", "issue_date"),
        ("issue_date", "2016-05-16T00:00:00Z", "issue_date_text"),
        ("date", "99999999999999999999", "date_text"),
        ("_version_", "5", "extra__version_"),
        ("", "v", "unnamed"),
        (" ", "v", "unnamed"),
        ("url", "v", "extra_url"),
        ("catalog_@context", "v", "catalog_@context"),
        ("日本", "v", "日本"),
    ],
)
def test_keys(key: str, value: str, sent: str) -> None:
    assert fit_extras((key, value)) == {sent: value}


def test_extras_that_the_server_makes_are_left_out_when_asked() -> None:
    pairs = [("harvest_object_id", "1"), ("guid", "2")]
    assert fit_extras(*pairs) == {"harvest_object_id": "1", "guid": "2"}
    assert fit_extras(*pairs, server_made_extras=frozenset({"harvest_object_id"})) == {"guid": "2"}
    with_scheming = {"harvest_object_id": "1", "guid": "2"}
    assert extras_of(fit_dataset(with_scheming, server_made_extras=frozenset({"harvest_object_id"}))) == {"guid": "2"}


def test_what_is_no_extra_is_kept_all_the_same() -> None:
    fitted = fit_dataset({"extras": [{"key": "a", "value": "1", "state": "deleted"}, {"k": "v"}, "x", {"key": "b"}]})
    assert extras_of(fitted) == {"b": "", "extras_as_given": '[{"k": "v"}, "x"]'}
    assert extras_of(fit_dataset({"extras": "x"})) == {"extras_as_given": '["x"]'}


def test_unknown_keys_become_extras_and_empty_ones_go() -> None:
    fitted = fit_dataset(
        {"theme": ["a"], "contact": [{"name": "A"}], "x": None, "y": [], "n": 0, "when": "", "extras": {"n": "1"}}
    )
    assert extras_of(fitted) == {"n": "1", "theme": '["a"]', "contact": '[{"name": "A"}]', "n_2": "0", "when": ""}


# --- tags


def test_tags_are_mended_and_what_is_lost_is_kept() -> None:
    fitted = fit_dataset(
        {
            "tags": [{"name": "a/b"}, {"display_name": "c d"}, "a-b", " e f ", "x", None, 2016, {"no": "name"}],
            "tag_string": "g, h/i,",
        }
    )
    assert [tag["name"] for tag in fitted.dataset["tags"]] == ["a-b", "c d", "e f", "2016", "h-i"]
    assert extras_of(fitted) == {"tags_as_given": '["a/b", "x", "{\\"no\\": \\"name\\"}", "g", "h/i"]'}


def test_a_tag_of_a_vocabulary_is_a_free_tag_elsewhere() -> None:
    fitted = fit_dataset({"tags": [{"name": "de", "vocabulary_id": "7a6c"}]})
    assert fitted.dataset["tags"] == [{"name": "de"}]
    assert fitted.adjustments == (Adjustment("tags[0].vocabulary_id", "a vocabulary of the source site", "7a6c", None),)


# --- resources


def test_a_resource_keeps_what_it_is_and_loses_what_the_site_made() -> None:
    assert fit_one_resource(
        id="20e1cf86",
        url="http://example.com/download/a.csv",
        url_type="upload",
        format="CSV",
        mimetype=None,
        created="2016-07-09T01:27:15.854966",
        package_id="31403d8d",
        position=0,
        revision_id="3622927d",
        state="active",
        tracking_summary={"recent": 0, "total": 0},
        webstore_url=None,
        datastore_active=True,
        resource_locator_protocol="",
        describedBy="http://example.com",
    ) == {
        "id": "20e1cf86",
        "url": "http://example.com/download/a.csv",
        "format": "CSV",
        "mimetype": None,
        "created": "2016-07-09T01:27:15.854966",
        "resource_locator_protocol": "",
        "describedBy": "http://example.com",
    }


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"size": " 7 "}, {"size": 7}),
        ({"size": "12 kB"}, {"size_as_given": "12 kB"}),
        ({"size": 2**70}, {"size_as_given": 2**70}),
        ({"size": ""}, {"size": None}),
        ({"created": "2020-01-01T01:00:00+02:00"}, {"created": "2019-12-31T23:00:00"}),
        ({"last_modified": "2024"}, {"last_modified_as_given": "2024"}),
        (
            {"last_modified": {"y": 1}, "last_modified_as_given": "x"},
            {"last_modified_as_given": "x", "last_modified_as_given_2": '{"y": 1}'},
        ),
        ({"url_type": "api"}, {"url_type": "api"}),
        ({"url_type": ["upload"]}, {"url_type": '["upload"]'}),
        ({"name": 5}, {"name": "5"}),
        ({"x": [{"a": 1}]}, {"x": '[{"a": 1}]'}),
        ({"x": {"a": [1]}, "y": [1], "z": 0, "n": None}, {"x": {"a": [1]}, "y": [1], "z": 0}),
        ({"x": {"a": float("inf")}}, {"x": {"a": "inf"}}),
        ({"extras": {"a": 1}, "upload": "f"}, {"extras_as_given": '{"a": 1}', "upload_as_given": "f"}),
        ({"format": "f" * 32_767}, {"format_as_given": "f" * 32_767}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_values_of_a_resource(given: dict[str, Any], sent: dict[str, Any]) -> None:
    assert fit_one_resource(**given) == sent


def test_odd_resources() -> None:
    fitted = fit_dataset(
        {
            "resources": [
                "http://example.com",
                {"id": "a"},
                {"id": "a", "url": "u"},
                {"state": "deleted"},
                {"url": None},
                None,
                5,
            ]
        }
    )
    assert fitted.dataset["resources"] == [{"url": "http://example.com"}, {"id": "a"}, {"url": "u"}]
    assert extras_of(fitted) == {"resources_as_given": "[null, 5]"}


# --- links

SCRIPTS = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " \tjavascript:alert(1)", "java\nscript:alert(1)",
    "javascript://%0aalert(1)", "j\ra\tvascript\n:x", "vbscript:x", "data:text/html,<script>",
    "data:text/html;base64,PHNj", "DATA: text/html;x,y", "data:image/svg+xml,<svg>", "data:application/xhtml+xml,x",
    "data:text/xml,x", "data:;x=html,y",
]  # fmt: skip
LINKS = [
    "https://example.org/javascript:x", "http://example.org", "//example.org/x", "javascript", "javascript.csv",
    "a/javascript:x", "ftp://example.org/x", "file:///S:/x.csv", "data:text/csv,a,html", "mailto:a@example.org", "",
    "JavaScript handbook", "data:image/png;base64,html",
]  # fmt: skip


@pytest.mark.parametrize("url", SCRIPTS, ids=ascii)
def test_a_link_that_runs_a_script_is_kept_where_nothing_makes_a_link_of_it(url: str) -> None:
    fitted = fit_dataset({"url": url, "resources": [{"id": "a", "url": url, "cache_url": url}]})
    assert fitted.dataset["url"] is None
    assert extras_of(fitted) == {"url_as_given": url}
    assert fitted.dataset["resources"] == [{"id": "a", "url_as_given": url, "cache_url_as_given": url}]
    told = [(one.path, one.reason.partition(":")[0]) for one in fitted.adjustments]
    assert {
        (path, "a link that runs a script") for path in ("url", "resources[0].url", "resources[0].cache_url")
    } <= set(told)
    again = fit_dataset(fitted.dataset)
    assert (again.dataset, again.adjustments) == (fitted.dataset, ())


@pytest.mark.parametrize("url", LINKS, ids=ascii)
def test_other_links_stay_as_they_are(url: str) -> None:
    fitted = fit_dataset({"url": url, "resources": [{"id": "a", "url": url}]})
    assert (fitted.dataset["url"], fitted.dataset["resources"]) == (url, [{"id": "a", "url": url}])
    assert fitted.adjustments == ()


def test_a_group_has_no_image_that_runs_a_script() -> None:
    fitted = fit_group({"name": "a1", "image_url": "javascript://x"})
    assert fitted.group == {"name": "a1"}
    assert [one.reason for one in fitted.adjustments] == ["a link that runs a script"]


# --- organizations and groups


@pytest.mark.parametrize(
    ("given", "group"),
    [
        ("vcgi-org", {"name": "vcgi-org"}),
        ("Comune di Trento", {"name": "comune-di-trento", "title": "Comune di Trento"}),
        ({"name": "日本", "title": "Japan"}, {"name": "japan", "title": "Japan"}),
        ({"name": "a1", "display_name": "A", "image_url": "2016.png", "image_display_url": "http://e.com/2016.png"},
         {"name": "a1", "title": "A", "image_url": "http://e.com/2016.png"}),
        ({"name": "a1", "image_url": "2016.png", "users": [{}], "state": "deleted"}, {"name": "a1"}),
    ],
)  # fmt: skip
def test_a_group_has_one_name_wherever_it_stands(given: Any, group: dict[str, Any]) -> None:
    assert fit_group(given).group == group
    assert fit_dataset({"groups": [given]}).groups == [group]
    assert fit_dataset({"organization": given}).organization == group


def test_a_group_without_a_legal_name_is_kept_as_an_extra() -> None:
    with pytest.raises(Unfit, match="name makes no legal name"):
        fit_group({"name": "日本"})
    fitted = fit_dataset({"owner_org": "日本", "groups": ["日", {"title": "本"}]})
    assert (fitted.organization, fitted.groups) == (None, [])
    assert extras_of(fitted) == {"owner_org_as_given": "日本", "groups_as_given": '["日", {"title": "本"}]'}


# --- the documentation


def test_the_examples_in_the_documentation_are_true() -> None:
    results = doctest.testfile(str(Path(__file__).parents[2] / "docs" / "fitting.md"), module_relative=False)
    assert results.failed == 0
    assert results.attempted > 5


# --- whatever comes


def test_dates_of_python_are_text() -> None:
    assert extras_of(fit_dataset({"when": datetime(2020, 1, 2, tzinfo=UTC)})) == {"when": "2020-01-02T00:00:00+00:00"}


def test_a_report_can_be_written_whatever_was_found() -> None:
    (adjustment,) = fit_dataset({"notes": "a\ud800"}).adjustments
    assert adjustment == Adjustment("notes", "characters that CKAN cannot store", "a\\ud800", "a\ufffd")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats()
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(["2020-01-01T00:00:00Z", "mailto:a@b.cd", "a/b", "x" * 33_000, "ok", "upload", "active"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(
    [*sorted(RESERVED), "organization", "_harvest_source", "_version_", "x_date", "date", "", "a", "a_2", "a_part_1",
     "tags_as_given", "name_as_given", "extra_tags", "num_tags"]
) | st.text(max_size=4)  # fmt: skip
EXTRAS = st.lists(st.fixed_dictionaries({"key": KEYS, "value": VALUES}), max_size=5) | st.dictionaries(KEYS, VALUES)
RESOURCE_KEYS = st.sampled_from(
    ["id", "url", "name", "format", "size", "created", "last_modified", "url_type", "extras", "upload", "size_as_given"]
) | st.text(max_size=3)
RECORDS = st.dictionaries(KEYS, VALUES, max_size=6).flatmap(
    lambda record: st.fixed_dictionaries(
        {},
        optional={
            "extras": EXTRAS,
            "resources": st.lists(st.dictionaries(RESOURCE_KEYS, VALUES, max_size=4), max_size=3),
            "tags": st.lists(VALUES, max_size=4),
            "state": st.just("active"),
            "private": st.booleans(),
        },
    ).map(lambda more: record | more)
)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(RECORDS)
def test_whatever_comes_fits_or_is_unfit_and_fits_only_once(record: dict[str, Any]) -> None:
    before = repr(record)
    try:
        fitted = fit_dataset(record)
    except Unfit:
        assert record.keys() & {"state", "private"}
        return
    assert repr(record) == before
    assert_ckan_takes(fitted.dataset)
    assert fit_dataset(fitted.dataset) == Fitted(fitted.dataset, None, [], ())
