"""Organizations and groups: what is asked of them before a plan is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.exceptions import NotFound
from ckan_api_client.low_level.flows import show
from ckan_api_client.syncing.judging import Facts
from ckan_api_client.syncing.strategies import Strategies
from ckan_api_client.syncing.wanted import Intake
from ckan_api_client.wire.messages import Flow


def check_default_organization(name: str) -> Flow[None]:
    """Raise NotFound where there is no such organization for the records that name none."""
    try:
        organization = yield from show("organization", name)
    except NotFound as error:
        raise NotFound(404, f"there is no organization {name!r} for the records that name none", error) from error
    if organization.get("state") != "active":
        raise NotFound(404, f"the organization {name!r} for the records that name none is deleted")


def describe_groups(
    intake: Intake, facts: Facts, strategies: Strategies
) -> Flow[dict[tuple[str, str], Mapping[str, Any]]]:
    """Return the organizations and groups that may have to be brought up to date, by kind and name."""
    described: dict[tuple[str, str], Mapping[str, Any]] = {}
    for kind, strategy, wanted, there in (
        ("organization", strategies.organization_merge_strategy, intake.organizations, facts.organizations),
        ("group", strategies.group_merge_strategy, intake.groups, facts.groups),
    ):
        for name in sorted(set(wanted) & there) if strategy == "update" else ():
            described[kind, name] = yield from show(kind, name)
    return described
