"""What the version that a CKAN tells of itself means for who writes to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckan_api_client.quirks.registry import QUIRKS
from ckan_api_client.quirks.registry.quirk import NEWEST, OLDEST
from ckan_api_client.syncing.diagnosing.finding import Check, Finding, Item, Severity

Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Advisory:
    """A known vulnerability: in which patch release of each line it was mended, the oldest line first.

    Lines before the oldest are vulnerable, down to `since`; those after the newest never were.
    """

    name: str
    what: str
    mended: tuple[Version, ...]
    since: Version = (0,)

    def concerns(self, version: Version) -> bool:
        line = version[:2]
        if version < self.since:
            return False
        if line < self.mended[0][:2]:
            return True
        return any(line == one[:2] and version < one for one in self.mended)


#: From CKAN's advisories (github.com/ckan/ckan/security/advisories): those that concern who writes datasets, or what a
#: token is worth.
ADVISORIES = (
    Advisory(
        "CVE-2023-32321 (GHSA-446m-hmmm-hm8m)",
        "whoever may write a dataset can write files on the server",
        ((2, 9, 9), (2, 10, 1)),
    ),
    Advisory(
        "CVE-2025-64100 (GHSA-2hvh-cw5c-8q8q)", "sessions can be taken over", ((2, 10, 9), (2, 11, 4)), since=(2, 10, 0)
    ),
    Advisory(
        "CVE-2026-42031 (GHSA-h7j7-3rx6-xvcg)",
        "private data can be read where SQL searches are switched on",
        ((2, 10, 10), (2, 11, 5)),
    ),
)


def version_of(text: str) -> Version | None:
    """Return "2.11.6" as numbers; None where there are none. A pre-release counts as the release before."""
    found = re.match(r"(\d{1,4})\.(\d{1,4})(?!\d)(?:\.(\d{1,6}))?(?P<rest>.*)", text, re.DOTALL)
    if found is None:
        return None
    numbers = (int(found[1]), int(found[2]), int(found[3] or 0))
    is_early = re.match(r"(a|b|rc)\d", found["rest"]) is not None
    return (*numbers[:2], numbers[2] - 1) if is_early else numbers


def oddities_of(version: Version) -> list[str]:
    """Return the names of the quirks that a version is known to have (docs/quirks.md)."""
    line = version[:2]
    return [quirk.name for quirk in QUIRKS if _line(quirk.since) <= line <= _line(quirk.until)]


def site_findings(status: Mapping[str, Any], url: str) -> Iterator[Finding]:
    """Yield what status_show tells that matters."""
    text = str(status.get("ckan_version") or "")
    version = version_of(text)
    if version is None:
        yield Finding(
            Check.CATALOG,
            Severity.REMARK,
            "the catalog does not tell which version of CKAN it is",
            "nobody can say what is known of it",
        )
    else:
        yield from _version_findings(text, version)
    own_url = str(status.get("site_url") or "").rstrip("/")
    if own_url and own_url != url:
        yield Finding(
            Check.CATALOG,
            Severity.REMARK,
            f"the catalog calls itself {own_url}, and is asked as {url}",
            "what runs remember lies under the address that you give: with another one they begin anew",
            ("use one of the two addresses, always",),
        )


def _version_findings(text: str, version: Version) -> Iterator[Finding]:
    known = [advisory for advisory in ADVISORIES if advisory.concerns(version)]
    if version[:2] < _line(OLDEST):
        yield Finding(
            Check.CATALOG,
            Severity.ERROR,
            f"CKAN {text} is older than what this program knows ({OLDEST} to {NEWEST})",
            "tokens, and the writes that refuse what changed meanwhile, are not there or work otherwise",
            (f"upgrade CKAN to {NEWEST}",),
        )
    elif version[:2] > _line(NEWEST):
        yield Finding(
            Check.CATALOG,
            Severity.REMARK,
            f"CKAN {text} is newer than what this program was tried on ({OLDEST} to {NEWEST})",
            "what changed in it may be taken for people's edits",
            ("make a plan first, and look at it",),
        )
    if known:
        yield Finding(
            Check.CATALOG,
            Severity.WARNING,
            f"CKAN {text} is known to be vulnerable",
            "who can break in can use your token, and change what you wrote",
            ("upgrade CKAN to the last patch release of its line, or to the next line",),
            tuple(Item(name=advisory.name, note=advisory.what) for advisory in known),
        )
    if version[:2] >= _line(OLDEST) and not known:
        number = len(oddities_of(version))
        yield Finding(Check.CATALOG, Severity.OK, f"CKAN {text}; {number} known oddities of it are worked around")


def _line(text: str) -> Version:
    return tuple(int(part) for part in text.split("."))
