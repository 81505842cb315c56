"""How much a catalog is asked, as people set it: two options, and the same from the environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from ckan_api_client.cli.output import safe_text
from ckan_api_client.wire.rate import checked_in_flight, checked_rate


def _checked(check: Callable[[Any], Any]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def callback(_: click.Context, __: click.Parameter, value: Any) -> Any:
        try:
            return None if value is None else check(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    return callback


PACE_OPTIONS = (
    click.option(
        "--max-in-flight", "--in-flight", type=int, callback=_checked(checked_in_flight), metavar="N",
        help="So many requests at once, at most: 1 to 32. Default: what suits the command, 8 or fewer.",
    ),
    click.option(
        "--max-rate", type=float, callback=_checked(checked_rate), metavar="N",
        help="So many requests a second, at most, such as 0.5. Default: as many as the catalog answers.",
    ),
)  # fmt: skip

_READ: dict[str, Callable[[str], float]] = {
    "max_in_flight": lambda text: checked_in_flight(int(text)),
    "max_rate": lambda text: checked_rate(float(text)),
}


def pace_in(environment: Mapping[str, str]) -> Iterator[tuple[str, float, str]]:
    """Yield the settings in an environment: name, value, variable. Raises ClickException for what is no such number."""
    for name, read in _READ.items():
        variable = f"CKAN_{name.upper()}"
        if text := environment.get(variable):
            try:
                yield name, read(text), variable
            except ValueError as error:
                raise click.ClickException(safe_text(f"environment variable {variable}: {error}")) from error
