"""When are two values the same to CKAN? Pure functions on plain values; no record, no object is known here.

CKAN normalises what it stores (quirks C6 and C12 to C15: see registry/): `as_...` gives a value as CKAN shows it,
`same_...` tells whether a difference is CKAN's doing. Paths in `ckan/...` are those of CKAN 2.11.6.
"""

from __future__ import annotations

import json
import mimetypes
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final
from urllib.parse import urlsplit

__all__ = [
    "ABSENT",
    "Absent",
    "as_boolean",
    "as_date",
    "as_format",
    "as_integer",
    "as_text",
    "as_title",
    "as_url",
    "extra_as_text",
    "same_boolean",
    "same_date",
    "same_format",
    "same_integer",
    "same_mimetype",
    "same_stripped",
    "same_text",
    "same_title",
    "same_upload_url",
    "same_url",
]


class Absent(Enum):
    """The type of `ABSENT`, the value of a key that is not there. It is false, and the same object after pickling."""

    ABSENT = "absent"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"

    __str__ = __repr__


ABSENT: Final = Absent.ABSENT

# What else a format is called, for the formats whose name is not simply that of the MIME type. CKAN has such a table in
# ckan/config/resource_formats.json, which a site may replace; unknown names stay as they are (C13).
_FORMAT_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "arcgis online map": ("web map application",),
    "atom feed": ("application/atom+xml",),
    "bin": ("application/octet-stream",),
    "bmp": ("image/x-ms-bmp",),
    "csv": ("text/csv", "text/comma-separated-values"),
    "dbase": ("dbf", "application/x-dbf"),
    "dcr": ("application/x-director",),
    "doc": ("application/msword",),
    "docm": ("application/vnd.ms-word.document.macroenabled.12",),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
    "dotm": ("application/vnd.ms-word.template.macroenabled.12",),
    "dotx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.template",),
    "e00": ("application/x-e00",),
    "esri rest": ("arcgis_rest",),
    "exe": ("application/x-msdownload",),
    "geojson": ("application/geo+json",),
    "gif": ("image/gif",),
    "gz": ("application/gzip", "application/x-gzip"),
    "html": ("htm", "text/html", "http://purl.org/net/mediatypes/text/html"),
    "ics": ("ical", "ifb", "text/calendar"),
    "jpeg": ("jpg", "image/jpeg"),
    "js": ("application/x-javascript",),
    "json": ("application/json",),
    "kml": ("application/vnd.google-earth.kml+xml",),
    "kmz": ("application/vnd.google-earth.kmz", "application/vnd.google-earth.kmz+xml"),
    "mdb": ("application/x-msaccess",),
    "mop": ("chemical/x-mopac-input",),
    "mp3": ("audio/mpeg", "audio/mpeg3", "audio/x-mpeg-3", "video/mpeg", "video/x-mpeg"),
    "mp4": ("video/mp4", "application/mp4"),
    "mrsid": ("image/x-mrsid",),
    "mxd": ("application/x-mxd",),
    "n3": ("application/x-n3",),
    "netcdf": ("application/netcdf",),
    "odb": ("application/vnd.oasis.opendocument.database",),
    "odc": ("application/vnd.oasis.opendocument.chart",),
    "odf": ("application/vnd.oasis.opendocument.formula",),
    "odg": ("application/vnd.oasis.opendocument.graphics",),
    "odp": ("application/vnd.oasis.opendocument.presentation",),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet",),
    "odt": ("application/vnd.oasis.opendocument.text",),
    "ogg": ("audio/ogg",),
    "owl": ("application/owl+xml",),
    "pdf": ("application/pdf",),
    "perl": ("text/x-perl",),
    "png": ("image/png",),
    "potm": ("application/vnd.ms-powerpoint.template.macroenabled.12",),
    "potx": ("application/vnd.openxmlformats-officedocument.presentationml.template",),
    "ppam": ("application/vnd.ms-powerpoint.addin.macroenabled.12",),
    "ppsm": ("application/vnd.ms-powerpoint.slideshow.macroenabled.12",),
    "ppsx": ("application/vnd.openxmlformats-officedocument.presentationml.slideshow",),
    "ppt": ("application/vnd.ms-powerpoint",),
    "pptm": ("application/vnd.ms-powerpoint.presentation.macroenabled.12",),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation",),
    "qgis": ("application/x-qgis",),
    "rar": ("application/rar",),
    "rdf": ("rdf/xml", "application/rdf+xml"),
    "rss": ("application/rss+xml",),
    "shp": ("esri shapefile",),
    "sparql": ("application/sparql-results+xml",),
    "svg": ("image/svg+xml",),
    "tar": ("application/x-tar",),
    "tiff": ("image/tiff",),
    "torrent": ("bittorrent", "application/x-bittorrent"),
    "tsv": ("text/tab-separated-values", "text/tsv"),
    "txt": ("text/plain",),
    "wav": ("audio/wav", "audio/x-wav"),
    "webm": ("video/webm",),
    "xlam": ("application/vnd.ms-excel.addin.macroenabled.12",),
    "xls": (
        "excel",
        "application/vnd.ms-excel",
        "application/msexcel",
        "application/x-msexcel",
        "application/x-ms-excel",
        "application/x-excel",
        "application/x-dos_ms_excel",
        "application/xls",
        "application/x-xls",
    ),
    "xlsb": ("application/vnd.ms-excel.sheet.binary.macroenabled.12",),
    "xlsm": ("application/vnd.ms-excel.sheet.macroenabled.12",),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    "xltm": ("application/vnd.ms-excel.template.macroenabled.12",),
    "xltx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.template",),
    "xml": ("application/xml", "text/xml", "http://purl.org/net/mediatypes/application/xml"),
    "xslt": ("application/xslt+xml",),
    "xyz": ("chemical/x-xyz",),
    "zip": ("application/zip", "http://purl.org/net/mediatypes/application/zip"),
}
_FORMAT_OF: Final = {other: name for name, others in _FORMAT_NAMES.items() for other in others}


def as_text(value: Any) -> str:
    """Return the text that CKAN makes of a value (C13: `unicode_safe`, ckan/lib/navl/validators.py:289).

    None and ABSENT are "" (C12); a number, a boolean, a list or an object becomes JSON text with sorted keys.
    """
    if isinstance(value, str):
        return value
    if value is None or value is ABSENT:
        return ""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def extra_as_text(value: Any) -> str:
    """Return the text that CKAN makes of an extra's value: True is "true", 5 is "5", 1.50 is "1.5" (C6).

    A list or an object becomes JSON text on 2.12; up to 2.11 it is a 500. None is "" on 2.12; up to 2.11 the extra is
    dropped, which is the same to the reader of a mapping.
    """
    return as_text(value)


def as_title(value: Any, name: Any) -> str:
    """Return a title as CKAN shows it: stripped, and the name where it is empty (C13).

    A title of blanks is shown as "", which reads as the name here too.
    """
    return as_text(value).strip() or as_text(name).strip()


def as_url(value: Any) -> str:
    """Return a resource's URL as CKAN shows it: stripped, `http://` put before one without a scheme (C13).

    From `resource_dictize`, ckan/lib/dictization/model_dictize.py:145.
    """
    url = as_text(value).strip()
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return url
    return url if scheme or not url else "http://" + url.lstrip("/")


def as_format(value: Any) -> str:
    """Return a format's name for comparing: small letters, no leading dot, MIME types and synonyms as their format.

    CKAN shows `csv`, `CSV` and `text/csv` as `CSV` (C13: `unified_resource_format`, ckan/lib/helpers.py:2556).
    """
    name = as_text(value).strip().casefold().removeprefix(".")
    return _FORMAT_OF.get(name, name)


def as_integer(value: Any) -> int | None:
    """Return the integer that CKAN reads (C15: "10", 10.0, " 7 ", true as 1); None where it reads none or refuses."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    try:
        return int(as_text(value))
    except ValueError:
        return None


def as_boolean(value: Any) -> bool:
    """Return the boolean that CKAN reads: "true", "yes", "t", "y", "1" are true, all else is false (C15, A18)."""
    if isinstance(value, bool):
        return value
    return as_text(value).lower() in {"true", "yes", "t", "y", "1"}


def as_date(value: Any) -> datetime | None:
    """Return a date as the naive UTC that CKAN stores (C14); None where it is none."""
    try:
        date = datetime.fromisoformat(as_text(value).strip())
    except ValueError:
        return None
    try:
        return date.astimezone(UTC).replace(tzinfo=None) if date.tzinfo else date
    except OverflowError:
        return None


def same_text(mine: Any, theirs: Any) -> bool:
    """Tell whether CKAN stores the same text; None, "" and ABSENT are the same (C12)."""
    return as_text(mine) == as_text(theirs)


def same_stripped(mine: Any, theirs: Any) -> bool:
    """As `same_text`, for what CKAN strips: e-mail addresses (C13)."""
    return as_text(mine).strip() == as_text(theirs).strip()


def same_title(mine: Any, theirs: Any, my_name: Any = "", their_name: Any = "") -> bool:
    """Tell whether two titles read the same; an empty one reads as the name (C12, C13)."""
    return as_title(mine, my_name or their_name) == as_title(theirs, their_name or my_name)


def same_url(mine: Any, theirs: Any) -> bool:
    """Tell whether two URLs of resources read the same (C13). A dataset's own `url` is plain text: `same_text`."""
    return as_url(mine) == as_url(theirs)


def same_upload_url(mine: Any, theirs: Any) -> bool:
    """Tell whether two URLs of an uploaded file name the same file.

    CKAN stores the last segment, munged, and shows the address of its own download page (C13, H1). A foreign address
    stays different: CKAN shows its own page instead.
    """
    if same_url(mine, theirs):
        return True
    urls = as_text(mine), as_text(theirs)
    if not all("/download/" in url or "/" not in url for url in urls):
        return False
    return _munged(urls[0]) == _munged(urls[1])


def _munged(url: str) -> str:
    letters = unicodedata.normalize("NFKD", url.rsplit("/", 1)[-1]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", letters)


def same_format(mine: Any, theirs: Any, url: Any = "") -> bool:
    """Tell whether two formats are the same to CKAN.

    With `url`, an empty one is also the same as what CKAN guesses from the URL. It guesses for new resources only
    (`if_empty_guess_format`, ckan/logic/validators.py:910): give no `url` for those that had an id when they were sent.
    """
    formats = as_format(mine), as_format(theirs)
    if formats[0] == formats[1]:
        return True
    return "" in formats and _is_guess(max(formats), as_url(url))


def _is_guess(name: str, url: str) -> bool:
    if not url or not (path := _path(url)):
        return False
    guessed = {as_format(mimetypes.guess_type(url)[0]), as_format(mimetypes.guess_type(path)[0])}
    extension = as_format(path.rpartition("/")[2].rpartition(".")[2])
    # A MIME type as format is always a guess: the server's table of types may be longer than ours.
    return "/" in name or name in guessed | {extension}


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def same_mimetype(mine: Any, theirs: Any, url: Any = "") -> bool:
    """As `same_text`; an empty one is the same as what `resource_create` guesses from the URL (C13f)."""
    if same_text(mine, theirs):
        return True
    types = as_text(mine), as_text(theirs)
    return "" in types and max(types) == mimetypes.guess_type(as_url(url))[0]


def same_date(mine: Any, theirs: Any) -> bool:
    """Tell whether two dates are one instant; naive is UTC, `Z` and offsets count (C14)."""
    dates = as_date(mine), as_date(theirs)
    return same_text(mine, theirs) if None in dates else dates[0] == dates[1]


def same_integer(mine: Any, theirs: Any) -> bool:
    """Tell whether CKAN stores the same integer (C15)."""
    numbers = as_integer(mine), as_integer(theirs)
    return same_stripped(mine, theirs) if None in numbers else numbers[0] == numbers[1]


def same_boolean(mine: Any, theirs: Any) -> bool:
    """Tell whether CKAN stores the same boolean; absent and None are false (C15)."""
    return as_boolean(mine) == as_boolean(theirs)
