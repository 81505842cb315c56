"""The terms of one field: which documents have them, where, and how much that counts. Knows no queries."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from . import dates
from .analysis import index_tokens
from .fields import COPIES, Kind, field_of

Document: TypeAlias = dict[str, Any]
Scores: TypeAlias = dict[int, float]

_GAP = 100  # between the values of a field: positionIncrementGap
_K1, _B = 1.2, 0.75


def values_of(document: Mapping[str, Any], name: str) -> list[str]:
    """All values that Solr indexes under this name."""
    if name == "text":
        return [value for key in document if field_of(key).is_copied for value in _listed(document[key])]
    if name in COPIES:
        return [value for source in COPIES[name] for value in _listed(document.get(source))]
    return _listed(document.get(name))


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


class Postings:
    """One field of all documents. Documents are numbered; the numbers grow in the order of indexing."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.kind = field_of(name).kind
        self.terms: dict[str, dict[int, tuple[int, ...]]] = {}
        self.lengths: dict[int, int] = {}
        """How many tokens each document has here; documents without a value are missing."""
        self.instants: dict[int, int] = {}
        """For dates: their milliseconds."""
        self._sorted: list[str] | None = None
        self._total = 0

    def add(self, number: int, document: Mapping[str, Any]) -> None:
        values = values_of(document, self.name)
        if not values:
            return
        self._sorted = None
        if self.kind.is_tokenized:
            self._add_tokens(number, values)
            return
        if self.kind is Kind.DATE:
            self.instants[number] = dates.milliseconds(values[0])
        for value in values:
            self.terms.setdefault(value, {})[number] = ()
        self.lengths[number] = len(values)
        self._total += len(values)

    def _add_tokens(self, number: int, values: list[str]) -> None:
        places: dict[str, list[int]] = {}
        distinct: set[int] = set()
        start = 0
        for value in values:
            last = start - 1
            for term, offset in index_tokens(self.kind, value):
                last = start + offset
                distinct.add(last)
                if term in places:
                    places[term].append(last)
                else:
                    places[term] = [last]
            start = last + 1 + _GAP
        if not distinct:
            return
        for term, positions in places.items():
            self.terms.setdefault(term, {})[number] = tuple(positions)
        self.lengths[number] = len(distinct)
        self._total += len(distinct)

    def remove(self, number: int, document: Mapping[str, Any]) -> None:
        length = self.lengths.pop(number, None)
        if length is None:
            return
        self._total -= length
        self._sorted = None
        self.instants.pop(number, None)
        values = values_of(document, self.name)
        if self.kind.is_tokenized:
            terms = {term for value in values for term, _ in index_tokens(self.kind, value)}
        else:
            terms = set(values)
        for term in terms:
            documents = self.terms[term]
            documents.pop(number, None)
            if not documents:
                del self.terms[term]

    def sorted_terms(self) -> list[str]:
        """In the order of their bytes, which for text is that of its code points."""
        if self._sorted is None:
            self._sorted = sorted(self.terms)
        return self._sorted

    def sort_keys(self, *, is_descending: bool) -> dict[int, str]:
        """The one term by which each document is sorted: the first, or of several values downwards the last."""
        is_last_first = is_descending and not self.kind.is_tokenized
        terms = self.sorted_terms()
        keys: dict[int, str] = {}
        for term in terms if is_last_first else reversed(terms):
            keys.update(dict.fromkeys(self.terms[term], term))
        return keys

    def beginning(self, prefix: str) -> Iterator[str]:
        """The terms that begin with this."""
        terms = self.sorted_terms()
        for place in range(bisect_left(terms, prefix), len(terms)):
            if not terms[place].startswith(prefix):
                return
            yield terms[place]

    def score(self, documents: Mapping[int, tuple[int, ...]], weight: float) -> Scores:
        """BM25 of these documents. `weight` is that of the term or phrase: see `weight`."""
        if not self.kind.is_tokenized:
            length = 1.0 / self._average()
            value = weight / (1 + _K1 * (1 - _B + _B * length))
            return dict.fromkeys(documents, value)
        average = self._average()
        scores: Scores = {}
        for number, places in documents.items():
            frequency = len(places)
            length = _coarse(self.lengths[number]) / average
            scores[number] = weight * frequency / (frequency + _K1 * (1 - _B + _B * length))
        return scores

    def weight(self, term: str) -> float:
        """The rarer, the more: idf."""
        count = len(self.terms.get(term, ()))
        return math.log(1 + (len(self.lengths) - count + 0.5) / (count + 0.5))

    def _average(self) -> float:
        return self._total / len(self.lengths)


def _coarse(length: int) -> int:
    """The length as Lucene keeps it, in one byte: exact below 24, then with three bits after the first.

    Source: Lucene's SmallFloat.intToByte4.
    """
    exact = 24
    if length < exact:
        return length
    rest = length - exact
    shift = max(0, rest.bit_length() - 4)
    return exact + ((rest >> shift) << shift)
