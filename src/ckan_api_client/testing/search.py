"""package_search over documents held in memory. Knows how CKAN asks Solr and arranges what it answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .dismax import boosts, least_matching, read_text
from .documents import Document, check_document, document_of
from .errors import InvalidParameter, SearchSyntaxError
from .facets import Counts, arranged, count_terms, titles_in
from .fields import Kind, field_of
from .lucene import parse, syntax_error
from .matching import Matcher
from .parameters import Parameters, read_parameters
from .postings import Postings, Scores
from .rows import copied, read_order, stored_fields

__all__ = [
    "Document",
    "InvalidParameter",
    "SearchIndex",
    "SearchResult",
    "SearchSyntaxError",
    "check_document",
    "document_of",
    "search",
]


@dataclass(frozen=True)
class SearchResult:
    """The answer of package_search."""

    count: int
    results: list[dict[str, Any]]
    sort: str
    facets: Counts
    search_facets: dict[str, Any]


def search(documents: Iterable[Document], arguments: Mapping[str, Any]) -> SearchResult:
    """What package_search answers if these documents are all that the caller may see.

    It reads each document anew; where the same documents are searched again, `SearchIndex` is several times faster.
    """
    index = SearchIndex()
    index.update(documents)
    return index.search(arguments)


class SearchIndex:
    """Documents, kept ready for searching. It reads a field of them when a query first names it, then what is new only.

    A document must not change once it is in; put a new one with the same id instead. Not for several threads at once:
    whoever shares it holds a lock.
    """

    def __init__(self) -> None:
        self._documents: dict[int, Document] = {}
        self._numbers: dict[str, int] = {}
        self._next = 0
        self._postings: dict[str, Postings] = {}
        self._pending: dict[str, dict[int, Document]] = {}
        self._filtered: dict[str, frozenset[int]] = {}

    def put(self, document: Document) -> None:
        """Add it, or replace the one with its id; like in Solr it is then the last of those that nothing sorts."""
        self.remove(document["id"])
        number = self._next
        self._next += 1
        self._documents[number] = document
        self._numbers[document["id"]] = number
        for pending in self._pending.values():
            pending[number] = document
        self._filtered.clear()

    def remove(self, id: str) -> None:
        """Take it out, if it is there."""
        number = self._numbers.pop(id, None)
        if number is None:
            return
        document = self._documents.pop(number)
        for name, pending in self._pending.items():
            if pending.pop(number, None) is None:
                self._postings[name].remove(number, document)
        self._filtered.clear()

    def update(self, documents: Iterable[Document]) -> None:
        """Hold these and no others. Cheap where they are the very objects of last time."""
        wanted = {document["id"]: document for document in documents}
        for gone in self._numbers.keys() - wanted.keys():
            self.remove(gone)
        for key, document in wanted.items():
            number = self._numbers.get(key)
            if number is None or self._documents[number] is not document:
                self.put(document)

    def search(
        self, arguments: Mapping[str, Any], *, labels: Sequence[str] | None = None, copies: bool = True
    ) -> SearchResult:
        """What package_search answers to a caller with these permission labels; None sees all, as a sysadmin does.

        Results are deep copies of each `validated_data_dict`; if `copies` is false that itself: then alter nothing.
        Raises ValidationFailure (409), InvalidParameter (400), SearchSyntaxError (409).
        """
        parameters = read_parameters(arguments, labels)
        matching = self._scores(parameters)
        order = read_order(parameters.sort)  # after q and before fq: the first that Solr cannot read is told of
        scores = self._filter(matching, parameters)
        page = self._sorted(scores, order)[parameters.start : parameters.start + parameters.rows]
        found = scores.keys()
        facets = {
            name: count_terms(self._field(name), found, least=parameters.facet_mincount, limit=parameters.facet_limit)
            for name in parameters.facet_fields
        }
        packages = (self._documents[number]["validated_data_dict"] for number in found) if facets else ()
        return SearchResult(
            count=len(scores),
            results=[
                self._result(self._documents[number], scores[number], parameters, copies=copies) for number in page
            ],
            sort=parameters.sort,
            facets=facets,
            search_facets=arranged(facets, titles_in(packages)),
        )

    def _field(self, name: str) -> Postings:
        if name not in self._postings:
            if not field_of(name).is_indexed:
                raise syntax_error(name, f"field '{name}' is not indexed")
            self._postings[name] = Postings(name)
            self._pending[name] = dict(self._documents)
        postings = self._postings[name]
        for number, document in self._pending[name].items():
            postings.add(number, document)
        self._pending[name] = {}
        return postings

    def _filter(self, scores: Scores, parameters: Parameters) -> Scores:
        allowed: frozenset[int] | None = None
        for text in parameters.filters:
            passed = self._passing(text)
            allowed = passed if allowed is None else allowed & passed
        return scores if allowed is None else {number: scores[number] for number in scores if number in allowed}

    def _passing(self, text: str) -> frozenset[int]:
        if text not in self._filtered:
            matcher = Matcher(self._field, self._documents)
            passed = frozenset(matcher.match(parse(text))) if text.strip() else frozenset(self._documents)
            if "NOW" in text:
                return passed
            self._filtered[text] = passed
        return self._filtered[text]

    def _scores(self, parameters: Parameters) -> Scores:
        if parameters.parser not in ("dismax", "edismax"):
            return Matcher(self._field, self._documents).match(parse(parameters.q))
        matcher = Matcher(
            self._field,
            self._documents,
            fields=boosts(parameters.qf),
            tie=parameters.tie,
            least=lambda optional: least_matching(parameters.mm, optional),
        )
        node = read_text(parameters.q, is_extended=parameters.parser == "edismax")
        return matcher.match(node) if node else {}

    def _sorted(self, scores: Scores, order: list[tuple[str, bool]]) -> list[int]:
        numbers = sorted(scores)
        for name, is_descending in reversed(order):
            if name == "score":
                numbers.sort(key=lambda number: -scores[number] if is_descending else scores[number])
                continue
            postings = self._field(name)
            if postings.kind is Kind.DATE:
                instants = postings.instants
                numbers.sort(key=lambda number: instants.get(number, 0), reverse=is_descending)
                continue
            keys = postings.sort_keys(is_descending=is_descending)
            present = [number for number in numbers if number in keys]
            present.sort(key=keys.__getitem__, reverse=is_descending)
            missing = [number for number in numbers if number not in keys]
            is_missing_first = postings.kind.is_tokenized and not is_descending
            numbers = missing + present if is_missing_first else present + missing
        return numbers

    def _result(self, document: Document, score: float, parameters: Parameters, *, copies: bool) -> dict[str, Any]:
        if not parameters.fl:
            package: dict[str, Any] = document["validated_data_dict"]
            return copied(package) if copies else package
        return stored_fields(document, score, parameters.fl)
