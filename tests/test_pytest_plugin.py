"""The plugin as other projects use it: in a pytest of their own."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]


def test_the_embedded_ckan_is_empty_in_each_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", [1, 2])
        def test_create(ckan, ckan_client, turn):
            assert ckan_client.list_datasets() == []
            ckan_client.create_dataset({"name": "wells", "owner_org": "test-org"})
            assert [write.action for write in ckan.writes] == ["package_create"]
        """
    )
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=2)


def test_a_marker_chooses_the_version(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.ckan(version="2.12")
        def test_version(ckan, ckan_client):
            assert ckan_client.low_level.action.status_show()["ckan_version"].startswith("2.12")

        @pytest.mark.ckan("2.10")
        def test_other_version(ckan):
            assert ckan.version == "2.10"
        """
    )
    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=2)


def test_faults_end_with_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from ckan_api_client.exceptions import ServerError

        def test_fault(ckan, ckan_client):
            ckan.faults.add("organization_create", "html", value=502)
            with pytest.raises(ServerError):
                ckan_client.create_organization({"name": "survey"})

        def test_no_fault(ckan_client):
            assert ckan_client.create_organization({"name": "survey"}).name == "survey"
        """
    )
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=2)


def test_a_real_ckan_takes_the_place_of_the_embedded_one(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_url(ckan, ckan_client):
            assert (ckan.url, ckan.sysadmin_token) == ("http://ckan.example", "t")
            assert ckan_client.low_level.base_url == "http://ckan.example"
        """
    )
    pytester.runpytest_subprocess("--ckan-url", "http://ckan.example", "--ckan-token", "t").assert_outcomes(passed=1)
