"""What CKAN holds, as Python: typed windows on the dict that CKAN sent. No object here does any I/O."""

from __future__ import annotations

from .changes import ABSENT, Change
from .dataset import CkanDataset
from .extras import Extras
from .group import CkanGroup
from .groups import Groups
from .organization import CkanOrganization
from .problems import Problem
from .resource import CkanResource
from .resources import Resources
from .tags import Tags

__all__ = [
    "ABSENT",
    "Change",
    "CkanDataset",
    "CkanGroup",
    "CkanOrganization",
    "CkanResource",
    "Extras",
    "Groups",
    "Problem",
    "Resources",
    "Tags",
]
