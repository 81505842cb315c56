"""How long Python takes to start, and what the package adds to that."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bench import Contestant

ENVIRONMENT = dict(os.environ)
PYTHON, HELP = "python", "ckanclient --help"
MODULES = ("ckan_api_client", "ckan_api_client.low_level", "ckan_api_client.high_level", "ckan_api_client.syncing")


def contestants() -> list[Contestant]:
    """Python starts, and the package is imported."""

    def importing(module: str) -> Contestant:
        return Contestant(f"import {module}", lambda: [sys.executable, "-c", f"import {module}"])

    return [
        Contestant(PYTHON, lambda: [sys.executable, "-c", "pass"]),
        *map(importing, MODULES),
        Contestant(HELP, lambda: [str(Path(sys.executable).with_name("ckanclient")), "--help"]),
    ]
