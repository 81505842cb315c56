"""What a sequence is that the two once answered differently: calls, and the last answer of a real 2.11."""

from __future__ import annotations

from typing import NamedTuple

from twins.steps import Name, Steps, Text

OURS = [Text(("name:", Name("*")))]
INTERNAL = "Internal Server Error"
INVALID = "Validation Error"


class Replay(NamedTuple):
    steps: Steps
    status: int
    type: str | None = None
