"""The regular expressions of the package, and for each, long texts that are as hard for it as such can be.

python patterns.py SECONDS [EXPRESSION]    says what it tries, line by line, and is killed by what takes longer

Each is given a quarter of a megabyte at a time: what is linear takes milliseconds, what is not takes minutes.
"""

from __future__ import annotations

import ast
import importlib
import random
import re
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import ckan_api_client

PACKAGE = Path(ckan_api_client.__file__).parent
#: What is done with an expression.
USES = {"match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
_SIZE = 2**18
#: What is given no more than so many characters, and takes milliseconds for these, whatever they are.
CAPPED = {"wire/action.py:title": 2000, "wire/action.py:'<[^>]*>'": 2000}
#: The embedded CKAN is given what somebody's own tests give it.
_LEFT_OUT = "testing"


@dataclass(frozen=True)
class Pattern:
    """An expression, where it stands, and what is done with it; `compiled` is None where its text is made of data."""

    place: str
    compiled: re.Pattern[Any] | None
    uses: frozenset[str]

    @cached_property
    def tree(self) -> Any:
        assert self.compiled is not None
        return parser.parse(self.compiled.pattern, self.compiled.flags & ~re.LOCALE)

    def apply(self, text: str) -> None:
        """Do with a text what the package does."""
        assert self.compiled is not None
        given: Any = text.encode("utf-8", "surrogatepass") if isinstance(self.compiled.pattern, bytes) else text
        for use in sorted(self.uses):
            if use in {"match", "fullmatch", "search"}:
                getattr(self.compiled, use)(given)
            else:
                for _ in self.compiled.finditer(given):
                    pass


def patterns() -> list[Pattern]:
    """Find every expression in the sources: those compiled, with all that is done with them, and those used at once."""
    found: list[Pattern] = []
    for file in sorted(PACKAGE.rglob("*.py")):
        if file.relative_to(PACKAGE).parts[0] != _LEFT_OUT:
            found += _of_file(file, ast.parse(file.read_text()))
    return found


def _of_file(file: Path, tree: ast.Module) -> Iterator[Pattern]:
    names = {id(value): target.id for target, value in _assigned(tree) if isinstance(target, ast.Name)}
    nodes = list(ast.walk(tree))
    for node in nodes:
        if not (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.")):
            continue
        function = ast.unparse(node.func)[3:]
        if function not in {*USES, "compile"}:
            continue
        name = names.get(id(node), "")
        used = {
            one.attr
            for one in nodes
            if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == name
        }
        module = ".".join(("ckan_api_client", *file.relative_to(PACKAGE).with_suffix("").parts))
        yield Pattern(
            f"{file.relative_to(PACKAGE)}:{name or ast.unparse(node.args[0])}",
            _compiled(node, vars(importlib.import_module(module))),
            frozenset((used & USES or USES) if function == "compile" else {function}),
        )


def _assigned(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            yield node.target, node.value
        elif isinstance(node, ast.Assign):
            target = node.targets[0]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from zip(target.elts, node.value.elts, strict=True)
            else:
                yield target, node.value


def _compiled(node: ast.Call, names: dict[str, Any]) -> re.Pattern[Any] | None:
    function = ast.unparse(node.func)[3:]
    behind = {"compile": 1, "sub": 4, "subn": 4, "split": 3}.get(function, 2)
    flags = [*node.args[behind:], *(word.value for word in node.keywords if word.arg == "flags")]

    def value(expression: ast.expr) -> Any:
        return eval(compile(ast.Expression(expression), "<pattern>", "eval"), dict(names))  # noqa: S307 - our own sources

    try:
        return re.compile(value(node.args[0]), value(flags[0]) if flags else 0)
    except NameError:
        return None


class Writer:
    """Writes texts that an expression takes, one of its repetitions pumped up to so many characters."""

    def __init__(self, seed: int, pumped: int | None, size: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - reproducible on purpose
        self.pumped = pumped
        self.size = size
        self.repeats = 0
        self.ended = -1

    def write(self, tree: Any) -> str:
        return "".join(self._one(kind, value) for kind, value in tree)

    def _one(self, kind: Any, value: Any) -> str:
        if kind in {kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT}:
            low, high, inner = value
            number, self.repeats = self.repeats, self.repeats + 1
            first = self.write(inner)
            if number == self.pumped and high == kinds.MAXREPEAT:
                return first * (self.size // max(1, len(first)))
            return first * max(int(low), self.random.choice((0, 1, 1)))
        if kind is kinds.SUBPATTERN:
            return self.write(value[-1])
        if kind is kinds.ATOMIC_GROUP:
            return self.write(value)
        if kind is kinds.BRANCH:
            written = [self.write(branch) for branch in value[1]]
            return self.random.choice(written)
        if kind is kinds.LITERAL:
            return chr(value)
        if kind is kinds.NOT_LITERAL:
            return "a" if value != ord("a") else "b"
        if kind is kinds.ANY:
            return self.random.choice("a <(")
        if kind is kinds.IN:
            return self._member(value)
        return ""  # what stands at a place and takes nothing; references are not used

    def _member(self, members: Any) -> str:
        if members[0][0] is kinds.NEGATE:
            taken = parser.SubPattern(parser.State(), [(kinds.IN, members[1:])])
            refused = re.compile("[" + "".join(_class(one) for one in taken.data[0][1]) + "]")
            return next(sign for sign in self.random.sample(list("a1 -.<\n\x00é"), 9) if not refused.match(sign))
        kind, value = self.random.choice(members)
        if kind is kinds.LITERAL:
            return chr(value)
        if kind is kinds.RANGE:
            return chr(self.random.choice(value))
        return {kinds.CATEGORY_DIGIT: "1", kinds.CATEGORY_SPACE: " ", kinds.CATEGORY_WORD: "a"}.get(value, "-")


def _class(member: Any) -> str:
    kind, value = member
    if kind is kinds.LITERAL:
        return re.escape(chr(value))
    if kind is kinds.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    return {
        kinds.CATEGORY_DIGIT: r"\d", kinds.CATEGORY_SPACE: r"\s", kinds.CATEGORY_WORD: r"\w",
        kinds.CATEGORY_NOT_DIGIT: r"\D", kinds.CATEGORY_NOT_SPACE: r"\S", kinds.CATEGORY_NOT_WORD: r"\W",
    }[value]  # fmt: skip


def hard_texts(pattern: Pattern, size: int = _SIZE) -> Iterator[str]:
    """Yield texts of a size: each repetition pumped up, and what begins like a match, over and over; few end well.

    What tries again from each place, or in more ways than one, takes for ever.
    """
    texts = (text for seed in range(4) for text in _of_seed(pattern.tree, size, seed))
    seen: set[int] = set()
    for text in texts:
        if hash(text) not in seen:
            seen.add(hash(text))
            yield text


def _of_seed(tree: Any, size: int, seed: int) -> Iterator[str]:
    plain = Writer(seed, None, 0)
    sample = plain.write(tree)
    for length in range(1, min(len(sample), 12) + 1):
        yield _filled(sample[:length], size) + "\0"
    for number in range(plain.repeats):
        pumped = Writer(seed, number, size).write(tree)
        few = Writer(seed, number, 3).write(tree)
        yield from (pumped, pumped + "\0", pumped[:-1] + "\n\n", pumped[: size // 2] + "\0")
        if few:
            yield _filled(few, size) + "\0"


def _filled(text: str, size: int) -> str:
    return (text * (size // len(text) + 1))[:size]


def _try(pattern: Pattern, seconds: int) -> None:
    """Be killed where an expression takes more than so many seconds of CPU for its texts."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    print(pattern.place, flush=True)  # noqa: T201 - the last one told is the one that took too long
    for text in hard_texts(pattern, CAPPED.get(pattern.place, _SIZE)):
        pattern.apply(text)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given = [Pattern(one, re.compile(one), frozenset({"search"})) for one in sys.argv[2:]]
    for one in given or patterns():
        _try(one, int(sys.argv[1]))
