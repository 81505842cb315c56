"""Whatever is incomplete, nothing is deleted on the strength of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from incomplete.kinds import KINDS, Reader, Scene


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_deleted_on_the_strength_of_what_is_incomplete(kind: str, seed: int, tmp_path: Path) -> None:
    scene = Scene(seed, tmp_path)
    report = scene.run(KINDS[kind](scene))
    assert scene.deleted == 0
    assert report is None or "deleted" not in report.counts()


def test_the_same_records_are_deleted_where_the_source_is_complete(tmp_path: Path) -> None:
    scene = Scene(1, tmp_path)
    scene.run(Reader(scene.whole))
    assert scene.deleted == scene.lost > 0
