"""What reaches a terminal: text from records and servers, made harmless, and the summary of a run."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from typing import Any

import click

from ckan_api_client.syncing import Did, Report

_MOST_REASONS = 20
_MOST_EXAMPLES = 3
_MOST_NAMES = 5
_LONGEST = 300


def safe_text(text: str, longest: int | None = None) -> str:
    r"""Return a text with control characters, line ends, invisible and direction-changing signs written out (\x1b)."""
    shown = "".join(
        sign if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else _written(sign)
        for sign in text
    )
    return shown if longest is None or len(shown) <= longest else shown[: longest - 1] + "…"


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_report(report: Report, seconds: float) -> None:
    """Print what a run did, and what it left undone by reason: a few places of each."""
    click.echo(safe_text_lines(str(report)))
    _print_done(report)
    notes = sum(bool(outcome.notes) for outcome in report.outcomes)
    if notes:
        click.echo(f"{notes} of them were stored by CKAN with another value than sent: see --json")
    if report.adjusted:
        click.echo("values fitted to what CKAN takes (docs/fitting.md):")
        for reason, number in sorted(report.adjusted.items(), key=lambda item: -item[1]):
            click.echo(f"  {number:6}  {safe_text(reason)}")
    _print_undone(report)
    click.echo(f"{seconds:.1f} s")


def safe_text_lines(text: str) -> str:
    return "\n".join(map(safe_text, text.split("\n")))


def _print_done(report: Report) -> None:
    """Print what was made, changed and deleted, by name, as far as it fits into a line each."""
    for did in (Did.CREATED, Did.UPDATED, Did.REVIVED, Did.ADOPTED, Did.DELETED):
        names = sorted(
            outcome.record_id if outcome.kind == "dataset" else f"{outcome.kind} {outcome.record_id}"
            for outcome in report.outcomes
            if outcome.did is did
        )
        if names:
            more = f" and {len(names) - _MOST_NAMES} more; all are in --json" if len(names) > _MOST_NAMES else ""
            click.echo(f"  {did.value}: {', '.join(safe_text(name, 60) for name in names[:_MOST_NAMES])}{more}")


def _print_undone(report: Report) -> None:
    undone = report.undone
    if not undone:
        return
    click.echo(f"not done: {len(undone)}")
    reasons = Counter((outcome.did, outcome.field, _general(outcome.reason, outcome.record_id)) for outcome in undone)
    for (did, field, reason), number in reasons.most_common(_MOST_REASONS):
        click.echo(f"  {number:6}  {_label(did, field)}{safe_text(reason, _LONGEST)}")
        like = [
            outcome
            for outcome in undone
            if (outcome.did, outcome.field, _general(outcome.reason, outcome.record_id)) == (did, field, reason)
        ]
        for outcome in like[:_MOST_EXAMPLES]:
            click.echo(f"            {safe_text(outcome.place)} {outcome.kind} {safe_text(outcome.record_id, 100)}")
        if len(like) > _MOST_EXAMPLES:
            click.echo(f"            and {len(like) - _MOST_EXAMPLES} more; all are in --json")
    if len(reasons) > _MOST_REASONS:
        click.echo(f"  and {len(reasons) - _MOST_REASONS} other reasons; all are in --json")


def _general(reason: str, record_id: str) -> str:
    """Return a reason without the record's own id, so that equal reasons are counted together."""
    return reason.replace(repr(record_id), "'…'") if record_id else reason


def _label(did: Did, field: str) -> str:
    return f"{did.value}, {safe_text(field)}: " if field else f"{did.value}: "


def _written(sign: str) -> str:
    code = ord(sign)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - where \x ends
