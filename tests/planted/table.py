"""All defects that there are to plant."""

from __future__ import annotations

from planted.creates import CREATES
from planted.defect import Defect
from planted.diagnoses import DIAGNOSES
from planted.evidence import EVIDENCE
from planted.guards import CHECKS
from planted.memory import MEMORY
from planted.stories import TOLD
from planted.strangers import STRANGERS
from planted.wire import WIRE
from planted.writes import WRITES

DEFECTS: tuple[Defect, ...] = (*WRITES, *CREATES, *EVIDENCE, *MEMORY, *CHECKS, *WIRE, *DIAGNOSES, *STRANGERS, *TOLD)
