"""A file that takes another one's place whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def beside(path: Path, mode: int = 0o666) -> Iterator[Path]:
    """Give the path of a file that takes another one's place at the end, if nothing goes wrong.

    `mode`: who may read and write it, less what the umask takes; what was there keeps its own.
    """
    if path.exists() and not path.is_file():
        yield path  # A pipe, or /dev/null.
        return
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(number)
    replacement = Path(name)
    try:
        yield replacement
        umask = os.umask(0)
        os.umask(umask)
        replacement.chmod(path.stat().st_mode & 0o777 if path.exists() else mode & ~umask)
        replacement.replace(path)
    finally:
        replacement.unlink(missing_ok=True)
