"""An embedded CKAN-compatible server for tests. Imports nothing of the rest of the package."""

from .dispatch import Recorded
from .faults import Fault, Faults
from .messages import Request, Response
from .server import EmbeddedCkan
from .wsgi import LostAnswer

__all__ = ["EmbeddedCkan", "Fault", "Faults", "LostAnswer", "Recorded", "Request", "Response"]
