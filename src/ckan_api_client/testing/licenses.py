# ruff: noqa: FBT003 - a table of yes and no
"""The licences that a CKAN knows when nobody configured others: id, title, address, what they are open for."""

from typing import Any, Final, NamedTuple


class License(NamedTuple):  # read below as a table: one row, one licence
    id: str
    title: str
    url: str
    content: bool
    data: bool
    software: bool
    open_definition: str
    open_source: str
    generic: bool


_NO, _OK, _BAD = "not reviewed", "approved", "rejected"

LICENSES: Final = (
    License("notspecified", "License not specified", "", False, False, False, _NO, _NO, True),
    License(
        "odc-pddl",
        "Open Data Commons Public Domain Dedication and License (PDDL)",
        "http://www.opendefinition.org/licenses/odc-pddl",
        False,
        True,
        False,
        _OK,
        _NO,
        False,
    ),
    License(
        "odc-odbl",
        "Open Data Commons Open Database License (ODbL)",
        "http://www.opendefinition.org/licenses/odc-odbl",
        False,
        True,
        False,
        _OK,
        _NO,
        False,
    ),
    License(
        "odc-by",
        "Open Data Commons Attribution License",
        "http://www.opendefinition.org/licenses/odc-by",
        False,
        True,
        False,
        _OK,
        _NO,
        False,
    ),
    License(
        "cc-zero",
        "Creative Commons CCZero",
        "http://www.opendefinition.org/licenses/cc-zero",
        True,
        True,
        False,
        _OK,
        _NO,
        False,
    ),
    License(
        "cc-by",
        "Creative Commons Attribution",
        "http://www.opendefinition.org/licenses/cc-by",
        False,
        False,
        False,
        _OK,
        _NO,
        False,
    ),
    License(
        "cc-by-sa",
        "Creative Commons Attribution Share-Alike",
        "http://www.opendefinition.org/licenses/cc-by-sa",
        True,
        False,
        False,
        _OK,
        _NO,
        False,
    ),
    License(
        "gfdl",
        "GNU Free Documentation License",
        "http://www.opendefinition.org/licenses/gfdl",
        True,
        False,
        False,
        _OK,
        _NO,
        False,
    ),
    License("other-open", "Other (Open)", "", True, False, False, _OK, _NO, True),
    License("other-pd", "Other (Public Domain)", "", True, False, False, _OK, _NO, True),
    License("other-at", "Other (Attribution)", "", True, False, False, _OK, _NO, True),
    License(
        "uk-ogl",
        "UK Open Government Licence (OGL)",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        True,
        False,
        False,
        _OK,
        _NO,
        False,
    ),
    License(
        "cc-nc",
        "Creative Commons Non-Commercial (Any)",
        "http://creativecommons.org/licenses/by-nc/2.0/",
        False,
        False,
        False,
        _NO,
        _NO,
        False,
    ),
    License("other-nc", "Other (Non-Commercial)", "", False, False, False, _NO, _NO, True),
    License("other-closed", "Other (Not Open)", "", False, False, False, _NO, _NO, True),
)

_BY_ID: Final = {license_.id: license_ for license_ in LICENSES}


def as_listed(license_: License) -> dict[str, str]:
    """Return a licence as `license_list` shows it: words for booleans, in CKAN's order."""
    return {
        "domain_content": str(license_.content),
        "id": license_.id,
        "domain_data": str(license_.data),
        "domain_software": str(license_.software),
        "family": "",
        "is_generic": str(license_.generic),
        "od_conformance": license_.open_definition,
        "osd_conformance": license_.open_source,
        "maintainer": "",
        "status": "active",
        "url": license_.url,
        "title": license_.title,
    }


def license_fields(license_id: str | None) -> dict[str, Any]:
    """Return what a dataset shows of its licence: isopen, license_title, and license_url if there is one."""
    license_ = _BY_ID.get(license_id or "")
    if license_ is None:
        return {"isopen": False, "license_title": license_id}
    is_open = _OK in {license_.open_definition, license_.open_source}
    fields: dict[str, Any] = {"isopen": is_open, "license_title": license_.title}
    if license_.url:
        fields["license_url"] = license_.url
    return fields
