#!/usr/bin/env python3
"""Write the pages of docs/ that are made of code.

scripts/generate_docs.py [--check]: with --check nothing is written; it ends with 1, and says what to do, if a page is
not what the code says.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from ckan_api_client.quirks.registry import GROUPS, QUIRKS, Quirk
from command_page import commands_page

ROOT = Path(__file__).parents[1]
RELEASES = {"2.11": "2.11.6", "2.12": "2.12.0"}

QUIRKS_HEAD = """\
<!-- Made by scripts/generate_docs.py of src/ckan_api_client/quirks/registry: change it there. -->

# Quirks

What CKAN does that nobody would guess, and what this client does about it: {count} things, of CKAN 2.10 to 2.12.

Each name is that of the tests in `tests/contract` that show it on real CKANs (`@pytest.mark.quirk("...")`);
`tests/test_quirks.py` says of the few without one why there is none. Letter and number are how comments in the code
call it. Lines are those of CKAN 2.11.6, unless 2.12 stands before them.
"""


def quirks_page() -> str:
    """Return docs/quirks.md: a table for each group."""
    lines = [QUIRKS_HEAD.format(count=len(QUIRKS))]
    for group, quirks in GROUPS.items():
        lines += [f"## {group}", "", "| quirk | what happens | versions | what the client does | source |"]
        lines += ["|---|---|---|---|---|", *map(_row, quirks), ""]
    return "\n".join(lines)


def _row(quirk: Quirk) -> str:
    sources = ", ".join(map(_link, quirk.source))
    cells = (f"**{quirk.name}** {quirk.id}", quirk.effect, quirk.versions, quirk.workaround, sources)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _link(source: str) -> str:
    if found := re.fullmatch(r"(?:(\S+) )?(ckan/\S+):(\d+)", source):
        release, path, line = found.groups()
        tag = RELEASES[release or "2.11"]
        text = f"{path.removeprefix('ckan/')}:{line}"
        prefix = f"{release} " if release else ""
        return f"{prefix}[{text}](https://github.com/ckan/ckan/blob/ckan-{tag}/{path}#L{line})"
    repository, _, number = source.partition("#")
    return f"[{source}](https://github.com/{repository or 'ckan/ckan'}/issues/{number})"


PAGES = {"docs/quirks.md": quirks_page, "docs/cli.md": commands_page}


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the pages of docs/ that are made of code.")
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if a page is not up to date")
    check = parser.parse_args().check
    stale = []
    for name, make in PAGES.items():
        page, text = ROOT / name, make()
        if page.exists() and page.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            page.write_text(text, encoding="utf-8")
            print(f"written: {name}")
    if check and stale:
        print(f"not up to date: {', '.join(stale)}; run scripts/generate_docs.py", file=sys.stderr)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
