"""An organization or a group as a record brings it: a name, or an object that package_show or group_show made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.quirks.links import runs_script
from ckan_api_client.quirks.names import is_name, slug
from ckan_api_client.quirks.text import as_text
from ckan_api_client.syncing.fitting.adjustments import Adjustments

__all__ = ["fit_group_fields"]


def fit_group_fields(given: Any, path: str, adjustments: Adjustments) -> dict[str, Any] | None:
    """Return `name` and, where given, `title`, `description`, `image_url`; None if no legal name can be made.

    A name that CKAN does not take becomes its slug, or that of the title; the same one always, so that datasets and
    the organizations of a source still meet. Ids, members and states are the source site's own, and go.
    An image is kept if its URL is absolute: a mere file name is a file of the source site.
    """
    if isinstance(given, Mapping):
        source = given
    elif given is None or given == "" or isinstance(given, bool | list):
        return None
    else:
        source = {"name": given}
    given_name = _text(source, "name")
    title = _text(source, "title") or _text(source, "display_name")
    name = next((text for text in (given_name, slug(given_name), slug(title)) if is_name(text)), None)
    if name is None:
        return None
    fitted: dict[str, Any] = {"name": name}
    if name != given_name:
        adjustments.note(f"{path}.name", "no legal name", given_name, name)
        title = title or given_name
    if title:
        fitted["title"] = title
    if source.get("description") is not None:
        fitted["description"] = _text(source, "description")
    images = (_text(source, "image_url"), _text(source, "image_display_url"))
    image = next((text for text in images if "://" in text), "")
    if runs_script(image):
        adjustments.note(f"{path}.image_url", "a link that runs a script", image)
    elif image:
        fitted["image_url"] = image
    return fitted


def _text(source: Mapping[str, Any], key: str) -> str:
    return as_text(source.get(key))
