"""CKAN as gunicorn serves it, with a line in the access log per request. Alone in its folder, which is on the path.

The line, `METHOD PATH STATUS`, is on disk before the answer leaves: whoever has an answer can count on its line. The
path is as it was sent, percent-encoded and without the query, so it holds no blank.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable
from logging.config import fileConfig
from typing import Any

_CONFIGURATION = os.environ["REALCKAN_CONFIGURATION"]
_ACCESS_LOG = os.open(os.environ["REALCKAN_ACCESS_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

fileConfig(_CONFIGURATION, disable_existing_loggers=False)
_ckan = importlib.import_module("ckan.config.middleware").make_app(
    importlib.import_module("ckan.cli").CKANConfigLoader(_CONFIGURATION).get_config()
)


def application(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request with CKAN and note method, path and status."""

    def note(status: str, headers: list[tuple[str, str]], *error: object) -> Any:
        path = environment.get("RAW_URI", environment["PATH_INFO"]).partition("?")[0]
        os.write(_ACCESS_LOG, f"{environment['REQUEST_METHOD']} {path} {status[:3]}\n".encode())
        return start_response(status, headers, *error)

    answer: Iterable[bytes] = _ckan(environment, note)
    return answer
