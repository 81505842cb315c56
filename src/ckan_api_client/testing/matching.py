"""Which documents match a query, and how well. Knows the tree of a query and the postings of fields, not CKAN."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from . import dates
from .analysis import normalized, query_tokens
from .errors import SearchSyntaxError
from .fields import Kind
from .lucene import (
    Between,
    Boolean,
    Clause,
    Everything,
    Exists,
    Node,
    Occur,
    Operator,
    Pattern,
    Phrase,
    Similar,
    Words,
    syntax_error,
)
from .postings import Postings, Scores


@dataclass(frozen=True)
class Matcher:
    """Asks the postings. Without a field, words are looked for in `fields`, each with its boost: the best counts."""

    postings: Callable[[str], Postings]
    everything: Iterable[int]
    fields: tuple[tuple[str, float], ...] = (("text", 1.0),)
    tie: float = 0.0
    least: Callable[[int], int] = field(default=lambda _: 0)
    """Of so many optional clauses, how many must match."""

    @cached_property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def match(self, node: Node, *, is_top: bool = True) -> Scores:
        match node:
            case Everything():
                return dict.fromkeys(self.everything, 1.0)
            case Exists():
                return dict.fromkeys(self.postings(node.field).lengths, 1.0)
            case Boolean():
                return self._boolean(node, is_top=is_top)
            case Words():
                return self._best(node.field, lambda name: self._words(name, node.words, node.operator))
            case Phrase():
                return self._best(node.field, lambda name: self._phrase(name, node))
            case Between():
                return self._best(node.field, lambda name: self._between(name, node))
            case Pattern():
                return self._best(node.field, lambda name: self._pattern(name, node))
            case Similar():
                return self._best(node.field, lambda name: self._similar(name, node))

    def _best(self, name: str | None, matches: Callable[[str], Scores]) -> Scores:
        if name is not None:
            return matches(name)
        if len(self.fields) == 1:
            return matches(self.fields[0][0])
        best: Scores = {}
        total: Scores = {}
        for each, boost in self.fields:
            for number, score in matches(each).items():
                best[number] = max(best.get(number, 0.0), score * boost)
                total[number] = total.get(number, 0.0) + score * boost
        return {number: score + self.tie * (total[number] - score) for number, score in best.items()}

    def _boolean(self, node: Boolean, *, is_top: bool) -> Scores:
        by_occur: dict[Occur, list[Clause]] = {occur: [] for occur in Occur}
        for clause in node.clauses:
            by_occur[clause.occur].append(clause)
        required = [self.match(clause.node, is_top=False) for clause in by_occur[Occur.MUST]]
        optional = [self.match(clause.node, is_top=False) for clause in by_occur[Occur.SHOULD]]
        least = self.least(len(optional)) if is_top else 0
        if required:
            found = _all_of(required)
            _add_optional(found, optional, least)
        elif optional:
            found = _any_of(optional, max(1, least))
        elif is_top:  # Solr takes "all but" only from a whole query
            found = dict.fromkeys(self.everything, 1.0)
        else:
            return {}
        for clause in by_occur[Occur.MUST_NOT]:
            for number in self.match(clause.node, is_top=False):
                found.pop(number, None)
        return found

    def _words(self, name: str, words: tuple[str, ...], operator: Operator) -> Scores:
        postings = self.postings(name)
        if postings.kind.is_tokenized:
            terms = [term for word in words for term, _ in query_tokens(postings.kind, word)]
        else:
            terms = list(words)
        if not terms:
            return {}
        found = [self._term(postings, term) for term in terms]
        if len(found) == 1:
            return found[0]
        return _all_of(found) if operator is Operator.AND else _any_of(found, 1)

    def _term(self, postings: Postings, term: str) -> Scores:
        if postings.kind is Kind.DATE:
            instant = self._instant(term)
            return {number: 1.0 for number, value in postings.instants.items() if value == instant}
        documents = postings.terms.get(term)
        return postings.score(documents, postings.weight(term)) if documents else {}

    def _phrase(self, name: str, node: Phrase) -> Scores:
        postings = self.postings(name)
        if not postings.kind.is_tokenized:
            return self._term(postings, node.text)
        tokens = query_tokens(postings.kind, node.text)
        if not tokens:
            return {}
        lists = [postings.terms.get(term) for term, _ in tokens]
        if len(tokens) == 1:
            return self._term(postings, tokens[0][0])
        if not all(lists):
            return {}
        known = [documents for documents in lists if documents]
        found: dict[int, tuple[int, ...]] = {}
        for number in set(known[0]).intersection(*known[1:]):
            starts = _starts(
                [documents[number] for documents in known], [position for _, position in tokens], node.slop
            )
            if starts:
                found[number] = starts
        return postings.score(found, sum(postings.weight(term) for term, _ in tokens))

    def _between(self, name: str, node: Between) -> Scores:
        postings = self.postings(name)
        if postings.kind is Kind.DATE:
            return self._between_dates(postings, node)
        low = None if node.low is None else normalized(postings.kind, node.low)
        high = None if node.high is None else normalized(postings.kind, node.high)
        found: Scores = {}
        for term, documents in postings.terms.items():
            if low is not None and not (term > low or (node.include_low and term == low)):
                continue
            if high is not None and not (term < high or (node.include_high and term == high)):
                continue
            found.update(dict.fromkeys(documents, 1.0))
        return found

    def _between_dates(self, postings: Postings, node: Between) -> Scores:
        low = float("-inf") if node.low is None else self._instant(node.low) + (not node.include_low)
        high = float("inf") if node.high is None else self._instant(node.high) - (not node.include_high)
        return {number: 1.0 for number, value in postings.instants.items() if low <= value <= high}

    def _pattern(self, name: str, node: Pattern) -> Scores:
        postings = self.postings(name)
        if postings.kind is Kind.DATE:
            raise syntax_error(node.expression, f"Can't run prefix queries on numeric fields: {name}")
        expression = re.compile(normalized(postings.kind, node.expression), re.DOTALL)
        found: Scores = {}
        for term in postings.beginning(normalized(postings.kind, node.prefix)):
            if expression.fullmatch(term):
                found.update(dict.fromkeys(postings.terms[term], 1.0))
        return found

    def _similar(self, name: str, node: Similar) -> Scores:
        postings = self.postings(name)
        word = normalized(postings.kind, node.word)
        found: Scores = {}
        for term, documents in postings.terms.items():
            if is_within(word, term, node.distance):
                found.update(dict.fromkeys(documents, 1.0))
        return found

    def _instant(self, text: str) -> int:
        try:
            return dates.milliseconds(text, self.now)
        except (ValueError, OverflowError) as error:
            raise _bad_date(text) from error


def _bad_date(text: str) -> SearchSyntaxError:
    return syntax_error(text, f"Invalid Date String:'{text}'")


def _all_of(found: list[Scores]) -> Scores:
    smallest, *others = sorted(found, key=len)
    return {
        number: score + sum(other[number] for other in others)
        for number, score in smallest.items()
        if all(number in other for other in others)
    }


def _any_of(found: list[Scores], least: int) -> Scores:
    total: Scores = {}
    counts: dict[int, int] = {}
    for scores in found:
        for number, score in scores.items():
            total[number] = total.get(number, 0.0) + score
            counts[number] = counts.get(number, 0) + 1
    return total if least <= 1 else {number: score for number, score in total.items() if counts[number] >= least}


def _add_optional(found: Scores, optional: list[Scores], least: int) -> None:
    for number in list(found):
        scores = [scores[number] for scores in optional if number in scores]
        if len(scores) < least:
            del found[number]
        else:
            found[number] += sum(scores)


def _starts(places: list[tuple[int, ...]], offsets: list[int], slop: int) -> tuple[int, ...]:
    """Where the phrase begins. With slop, the terms may be moved by so many places in all."""
    if not slop:
        others = [set(each) for each in places[1:]]
        return tuple(
            start
            for start in places[0]
            if all(start - offsets[0] + offset in other for other, offset in zip(others, offsets[1:], strict=True))
        )
    shifted = [[place - offset for place in each] for each, offset in zip(places, offsets, strict=True)]
    return tuple(start for start in shifted[0] if _spread(start, shifted[1:]) <= slop)


def _spread(start: int, others: list[list[int]]) -> int:
    nearest = [start, *(min(each, key=lambda place: abs(place - start)) for each in others)]
    return max(nearest) - min(nearest)


def is_within(word: str, term: str, distance: int) -> bool:
    """Whether so many changed, added, missing or swapped letters make one of the other."""
    if abs(len(word) - len(term)) > distance:
        return False
    before: list[int] = []
    last = list(range(len(term) + 1))
    for row, letter in enumerate(word, start=1):
        current = [row]
        for column, other in enumerate(term, start=1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == term[column - 2] and word[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, last = last, current
    return last[-1] <= distance
