"""What the analyzers of CKAN's Solr schema make of a text. Knows no documents and no queries.

Source: ckan/config/solr/schema.xml; Lucene's WordDelimiterGraphFilter, SnowballPorterFilter and ASCIIFoldingFilter.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from .fields import Kind
from .stemming import stem

Token: TypeAlias = tuple[str, int]
"""A term and its place in the text."""


_LONGEST = 255
_ASCII_RUNS = re.compile(r"[A-Za-z]+|[0-9]+")
_ASCII_PARTS = re.compile(r"[A-Z]+[a-z]*|[a-z]+|[0-9]+")


def index_tokens(kind: Kind, text: str) -> list[Token]:
    """What is indexed: words split at punctuation, and where they were split also the whole."""
    if kind is Kind.NGRAM:
        grams = (text[start : start + size] for start in range(len(text)) for size in range(2, 11))
        sized = (gram for gram in grams if len(gram) > 1)
        return [(gram.lower(), place) for place, gram in enumerate(dict.fromkeys(sized))]
    return _word_tokens(kind, text, catenated=True)


def query_tokens(kind: Kind, text: str) -> list[Token]:
    """What is looked for."""
    if kind is Kind.NGRAM:
        return [(word.lower(), place) for place, word in enumerate(text.split())]
    return _word_tokens(kind, text, catenated=False)


def normalized(kind: Kind, text: str) -> str:
    """A bound or a pattern: lower-cased like the terms it meets, never split or stemmed."""
    if kind is Kind.TEXT:
        return folded(text.lower())
    return text.lower() if kind.is_tokenized else text


def _word_tokens(kind: Kind, text: str, *, catenated: bool) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    for word in _whitespace_tokens(text):
        places = _parts(word, kind is Kind.TEXT, catenated)
        if len(places) == 1:
            tokens.append((places[0][0], position))
            position += 1
            continue
        tokens.extend([(term, position + offset) for term, offset in places])
        position += 1 + max([offset for _, offset in places], default=0)
    return tokens


def _whitespace_tokens(text: str) -> Iterator[str]:
    """Lucene's tokenizer goes on in a new token after 255 characters."""
    for word in text.split():
        if len(word) <= _LONGEST:
            yield word
        else:
            yield from (word[start : start + _LONGEST] for start in range(0, len(word), _LONGEST))


@lru_cache(maxsize=65536)
def _parts(word: str, is_english: bool, catenated: bool) -> tuple[tuple[str, int], ...]:  # noqa: FBT001 — cached
    parts = _split(word, at_case=is_english)
    found = [(part, offset) for offset, (part, _) in enumerate(parts)]
    if catenated:
        start = 0
        while start < len(parts):
            end = start
            while end < len(parts) and parts[end][1] == parts[start][1]:
                end += 1
            if end - start > 1:
                found.append(("".join(part for part, _ in parts[start:end]), start))
            start = end
    return tuple((_term(part, is_english=is_english), offset) for part, offset in found)


def _term(part: str, *, is_english: bool) -> str:
    if part.isdigit():
        return part
    lowered = part.lower()
    return folded(stem(lowered)) if is_english else lowered


def _split(word: str, *, at_case: bool) -> list[tuple[str, bool]]:
    """The parts of a word and whether each is of digits. Source: Lucene's WordDelimiterIterator."""
    if word.isascii() and "'" not in word:
        return [(part, part.isdigit()) for part in (_ASCII_PARTS if at_case else _ASCII_RUNS).findall(word)]
    kinds = [_letter_kind(letter) for letter in word]
    parts: list[tuple[str, bool]] = []
    start = 0
    for place in range(1, len(word) + 1):
        if place < len(word) and not _is_break(kinds[place - 1], kinds[place], at_case=at_case):
            continue
        if kinds[start] != " " and not _is_possessive(word, start, place, kinds):
            parts.append((word[start:place], kinds[start] == "d"))
        start = place
    return parts


def _is_break(last: str, kind: str, *, at_case: bool) -> bool:
    if _is_letter(last) and _is_letter(kind):
        return at_case and last == "l" and kind == "u"
    return last != kind


def _is_possessive(word: str, start: int, end: int, kinds: list[str]) -> bool:
    is_whole = end == len(word) or kinds[end] == " "
    follows = start > 1 and word[start - 1] == "'" and _is_letter(kinds[start - 2])
    return is_whole and follows and word[start:end] in ("s", "S")


def _is_letter(kind: str) -> bool:
    return kind in ("u", "l", "a")


def _letter_kind(letter: str) -> str:
    """`u`pper, `l`ower, other letters (`a`), `d`igit, or a space for what divides."""
    if letter.isascii():
        if letter.isdigit():
            return "d"
        if letter.isalpha():
            return "u" if letter.isupper() else "l"
        return " "
    category = unicodedata.category(letter)
    if category == "Lu":
        return "u"
    if category == "Ll":
        return "l"
    if category[0] in "LM":
        return "a"
    return "d" if category[0] == "N" and ord(letter) > 255 else " "  # noqa: PLR2004 — Lucene has a table for Latin-1


_FOLDS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h"})


def folded(term: str) -> str:
    """Without accents."""
    if term.isascii():
        return term
    plain = unicodedata.normalize("NFKD", term.translate(_FOLDS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
