"""What should be in the catalog: sources yield records one by one, and say at their end whether that was all."""

from .directory import DirectorySource
from .jsonl import JsonlSource
from .listing import (
    Broken,
    Complete,
    Ending,
    Kind,
    Known,
    Listing,
    Partial,
    Reading,
    Recognizing,
    Record,
    Same,
    ShortListing,
    Source,
)
from .mapping import MappingSource
from .opening import open_source
from .sqlite import SqliteSource

__all__ = [
    "Broken",
    "Complete",
    "DirectorySource",
    "Ending",
    "JsonlSource",
    "Kind",
    "Known",
    "Listing",
    "MappingSource",
    "Partial",
    "Reading",
    "Recognizing",
    "Record",
    "Same",
    "ShortListing",
    "Source",
    "SqliteSource",
    "open_source",
]
