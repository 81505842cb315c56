"""Who is asking, and whether that user may write where a source has its datasets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ckan_api_client.syncing.catalog import Account
from ckan_api_client.syncing.diagnosing.evidence import Evidence, Shown
from ckan_api_client.syncing.diagnosing.finding import Check, Finding, Item, Severity, counted


@dataclass(frozen=True, slots=True)
class Rights:
    """Names of the organizations where the user may write, and of the groups that it may fill.

    `ids`: those of the same organizations. `groups`: all that there are.
    """

    organizations: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    managed_groups: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


def unknown_token(message: str) -> Finding:
    return Finding(
        Check.TOKEN,
        Severity.ERROR,
        message,
        "CKAN takes such a caller for an anonymous visitor: what is private looks as if it were gone",
        ("make a new token on your user's page, under API Tokens, and set CKAN_API_TOKEN",),
    )


def token_findings(account: Account | None) -> Iterator[Finding]:
    """Yield what the token is; None where there is none."""
    if account is None:
        yield Finding(
            Check.TOKEN,
            Severity.WARNING,
            "there is no API token: only what is public was looked at",
            "a sync needs one, and private datasets look as if they were gone without",
            ("set CKAN_API_TOKEN",),
        )
    elif account.is_sysadmin:
        yield Finding(
            Check.TOKEN,
            Severity.REMARK,
            f"the token is that of {account.name}, a sysadmin",
            "whoever gets hold of it can do anything on the site; for a sync an editor's is enough, unless it has to "
            "purge, or to make organizations and groups",
            ("make a user for the sync, and let it be an editor of the organizations that the source has datasets in",),
        )
    else:
        yield Finding(Check.TOKEN, Severity.OK, f"the token is that of {account.name}")


def right_findings(account: Account | None, rights: Rights, evidence: Evidence) -> Iterator[Finding]:
    """Yield where a source has datasets and the token may not write."""
    if account is None:
        return
    used = Counter(_organizations(evidence))
    used.pop("", None)
    closed = sorted(name for name in used if name not in rights.organizations | rights.ids)
    if closed and not account.is_sysadmin:
        yield Finding(
            Check.RIGHTS,
            Severity.ERROR,
            f"{account.name} may not write in {counted(len(closed), 'organization')} where the source has datasets",
            "those datasets can be neither changed nor deleted, unless it is a collaborator of each",
            (
                "an administrator of the organization, or a sysadmin:",
                *(
                    f"ckanclient action organization_member_create id={name} username={account.name} role=editor"
                    for name in closed[:5]
                ),
            ),
            tuple(Item(name=name, note=counted(used[name], "dataset")) for name in closed),
        )
    wanted = {group for one in evidence.remembered.values() if one.is_expected for group in one.groups}
    foreign = sorted((wanted & rights.groups) - rights.managed_groups)
    if foreign and not account.is_sysadmin:
        yield Finding(
            Check.RIGHTS,
            Severity.WARNING,
            f"{account.name} is no member of {counted(len(foreign), 'group')} that the source names",
            "CKAN refuses a dataset that is to be put into such a group",
            (
                "an administrator of the group, or a sysadmin:",
                *(
                    f"ckanclient action group_member_create id={name} username={account.name} role=member"
                    for name in foreign[:5]
                ),
            ),
            tuple(Item(name=name) for name in foreign),
        )
    if not (closed or foreign) or account.is_sysadmin:
        told = f"may write in {counted(len(used), 'organization')} where the source has datasets"
        yield Finding(Check.RIGHTS, Severity.OK, told if used else "the source has no datasets in organizations yet")


def _organizations(evidence: Evidence) -> Iterator[str]:
    """Yield the organization of each dataset that is there; of one that cannot be seen, where it was."""
    for many in evidence.in_use().values():
        for one in many:
            yield one.organization
    for known in evidence.remembered.values():
        shown = evidence.shown.get(known.dataset_id)
        if known.is_expected and isinstance(shown, Shown) and shown.answer == "forbidden":
            yield known.organization
