"""The English stemmer of CKAN's text fields: Porter's second algorithm. Knows words only.

Source: https://snowballstem.org/algorithms/english/stemmer.html
"""

import re
from functools import lru_cache

_VOWELS = "aeiouy"
_DOUBLES = ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt")
_IRREGULAR = {
    "skis": "ski",
    "skies": "sky",
    "dying": "die",
    "lying": "lie",
    "tying": "tie",
    "idly": "idl",
    "gently": "gentl",
    "ugly": "ugli",
    "early": "earli",
    "only": "onli",
    "singly": "singl",
    **{word: word for word in ("sky", "news", "howe", "atlas", "cosmos", "bias", "andes")},
}
_KEPT_AFTER_PLURAL = {"inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"}
_REGION = re.compile(rf"[{_VOWELS}][^{_VOWELS}]")
_REGION_PREFIX = re.compile(r"gener|commun|arsen")
_SHORT_SYLLABLE = re.compile(rf"(?:[^{_VOWELS}][{_VOWELS}][^{_VOWELS}wxY]|^[{_VOWELS}][^{_VOWELS}])$")

_SECOND_STEP = {
    "ization": "ize",
    "ational": "ate",
    "fulness": "ful",
    "ousness": "ous",
    "iveness": "ive",
    "tional": "tion",
    "biliti": "ble",
    "lessli": "less",
    "entli": "ent",
    "ation": "ate",
    "alism": "al",
    "aliti": "al",
    "ousli": "ous",
    "iviti": "ive",
    "fulli": "ful",
    "enci": "ence",
    "anci": "ance",
    "abli": "able",
    "izer": "ize",
    "ator": "ate",
    "alli": "al",
    "bli": "ble",
    "ogi": "og",
    "li": "",
}
_THIRD_STEP = {
    "ational": "ate",
    "tional": "tion",
    "alize": "al",
    "icate": "ic",
    "iciti": "ic",
    "ative": "",
    "ical": "ic",
    "ness": "",
    "ful": "",
}
_FOURTH_STEP = (
    "ement ance ence able ible ment ant ent ism ate iti ous ive ize ion al er ic".split()  # noqa: SIM905 — a word list
)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a lower-case word. Stems are for comparing, not for reading: `cities` → `citi`."""
    if len(word) < 3:  # noqa: PLR2004 — the algorithm's own number
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    word = re.sub(rf"(^|[{_VOWELS}])y", r"\1Y", word)
    first, second = _regions(word)
    word = _without_plural(word)
    if word in _KEPT_AFTER_PLURAL:
        return word
    word = _without_past(word, first)
    if word[-1] in "yY" and len(word) > 2 and word[-2] not in _VOWELS:  # noqa: PLR2004 — as above
        word = word[:-1] + "i"
    word = _second(word, first)
    word = _third(word, first, second)
    word = _fourth(word, second)
    return _without_end(word, first, second).replace("Y", "y")


def _regions(word: str) -> tuple[int, int]:
    prefix = _REGION_PREFIX.match(word)
    first = prefix.end() if prefix else _region_after(word, 0)
    return first, _region_after(word, first)


def _region_after(word: str, start: int) -> int:
    found = _REGION.search(word, start)
    return found.end() if found else len(word)


def _has_vowel(part: str) -> bool:
    return any(letter in _VOWELS for letter in part)


def _without_plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]  # noqa: PLR2004 — more than one letter before it
    if word.endswith("s") and not word.endswith(("us", "ss")) and _has_vowel(word[:-2]):
        return word[:-1]
    return word


def _without_past(word: str, first: int) -> str:
    for suffix in ("eedly", "eed"):
        if word.endswith(suffix):
            return word[: -len(suffix)] + "ee" if len(word) - len(suffix) >= first else word
    for suffix in ("ingly", "edly", "ing", "ed"):
        if word.endswith(suffix):
            rest = word[: -len(suffix)]
            return _repaired(rest, first) if _has_vowel(rest) else word
    return word


def _repaired(rest: str, first: int) -> str:
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    if rest.endswith(_DOUBLES):
        return rest[:-1]
    if first >= len(rest) and _SHORT_SYLLABLE.search(rest):
        return rest + "e"
    return rest


def _second(word: str, first: int) -> str:
    for suffix, new in _SECOND_STEP.items():
        if word.endswith(suffix):
            rest = word[: -len(suffix)]
            if len(rest) < first:
                return word
            if (suffix == "ogi" and not rest.endswith("l")) or (
                suffix == "li" and rest[-1:] not in tuple("cdeghkmnrt")
            ):
                return word
            return rest + new
    return word


def _third(word: str, first: int, second: int) -> str:
    for suffix, new in _THIRD_STEP.items():
        if word.endswith(suffix):
            rest = word[: -len(suffix)]
            return rest + new if len(rest) >= (second if suffix == "ative" else first) else word
    return word


def _fourth(word: str, second: int) -> str:
    for suffix in _FOURTH_STEP:
        if word.endswith(suffix):
            rest = word[: -len(suffix)]
            if len(rest) < second or (suffix == "ion" and not rest.endswith(("s", "t"))):
                return word
            return rest
    return word


def _without_end(word: str, first: int, second: int) -> str:
    rest = word[:-1]
    if word.endswith("e") and (len(rest) >= second or (len(rest) >= first and not _SHORT_SYLLABLE.search(rest))):
        return rest
    if word.endswith("ll") and len(rest) >= second:
        return rest
    return word
