"""Everything that is measured, in one command: side by side, in turn, after a warm-up; medians and spread.

    python -m benchmarks [--only TASK]... [--server replay|embedded|real]... [--records N] [--rounds N] [--file RECORDS]

Tasks: start, unchanged, changed, first, dump, delete, scale. Servers: a replay of canned answers, the embedded CKAN,
and a real one, brought up by scripts/ckan and EMPTIED again and again; if that one holds datasets that no benchmark
made, nothing is done without `--empty`. Without options, all of this takes half an hour on an idle machine of two
cores. Where the package is not installed, `scripts/venv dev` is run first. `results.md`, `results.json` and charts are
written into the folder `benchmarks`, or into `--results FOLDER`; a whole run takes the place of what is there, others
are added to it.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(_HERE))


def _install() -> None:
    """Go on in the virtual environment of the checkout, where this Python lacks what is measured."""
    if all(importlib.util.find_spec(name) for name in ("ckan_api_client", "ckanapi")):
        return
    python = _HERE.parent / ".venv/bin/python"
    if Path(sys.prefix).resolve() == python.parents[1].resolve():
        raise SystemExit("the package cannot be imported: delete .venv and try again")
    subprocess.run([str(_HERE.parent / "scripts/venv"), "dev"], check=True)
    os.chdir(_HERE.parent)
    os.execv(python, [str(python), "-m", "benchmarks", *sys.argv[1:]])  # noqa: S606 - ours


if __name__ == "__main__":
    _install()
    import everything

    everything.main(__doc__)
