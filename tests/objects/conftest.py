"""Real records for the objects' tests."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).parents[2] / "src/ckan_api_client/testing/datagov-100.jsonl.gz"


@pytest.fixture(scope="session")
def sample() -> list[str]:
    """The 100 records as JSON text: each test parses its own."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines]


@pytest.fixture
def records(sample: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in sample]


@pytest.fixture
def raw() -> dict[str, Any]:
    """A small dataset with a bit of everything, as package_show would give it."""
    return {
        "id": "8a5bdb2e-1a9a-4ee2-9f0d-0b5a7c1b6f01",
        "name": "air-quality",
        "title": "Air quality",
        "notes": None,
        "private": False,
        "metadata_modified": "2024-05-01T10:00:00.123456",
        "spatial_theme": {"code": 7, "labels": ["air", "land"]},
        "extras": [{"key": "a", "value": "1"}, {"key": "b", "value": "2", "state": "active"}],
        "tags": [
            {"id": "t1", "name": "air", "vocabulary_id": None},
            {"id": "t2", "name": "towns", "vocabulary_id": "v1"},
        ],
        "groups": [{"id": "2f6b0b0e-66a1-4e9c-9a52-8f1f2b8d3c11", "name": "environment", "title": "Environment"}],
        "resources": [
            {"id": "r1", "name": "Data", "url": "https://example.org/a.csv", "format": "CSV", "size": 10},
            {"id": "r2", "name": "Map", "url": "https://example.org/b", "format": "WMS", "odd_key": [1, 2]},
        ],
    }
