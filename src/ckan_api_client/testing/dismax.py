"""A search box's text as Solr's dismax parser reads it: words and phrases in several fields, most of which must match.

Knows no documents. Source: Solr's DisMaxQParser and SolrPluginUtils.
"""

import re

from .errors import SearchSyntaxError
from .lucene import Boolean, Node, Occur, Operator, parse, syntax_error

_LITERAL = re.compile(r"[\\!():^\[\]/{}~*?]")
_PERCENT = re.compile(r"(-?\d+)%")


def read_text(text: str, *, is_extended: bool = False) -> Node | None:
    """The tree, its words in no field; None if nothing can match. Extended, all of the standard syntax counts."""
    if is_extended:
        try:
            return parse(text, Operator.OR)
        except SearchSyntaxError:
            pass
    if not text.strip():
        return None
    if len(re.findall(r'(?<!\\)"', text)) % 2:
        text = text.replace('"', " ")
    text = _LITERAL.sub(lambda found: f"\\{found[0]}", text)
    text = re.sub(r"\s+[-+\s]+$", "", re.sub(r"\s+[+-](?:\s*[+-]+)+", " ", text))
    if not text.strip(" +-"):
        raise syntax_error(text)
    node = parse(text, Operator.OR)
    is_negative = isinstance(node, Boolean) and all(clause.occur is Occur.MUST_NOT for clause in node.clauses)
    return None if is_negative else node


def boosts(qf: str) -> tuple[tuple[str, float], ...]:
    """`name^4 text` as pairs."""
    fields = (item.partition("^") for item in qf.split())
    return tuple((name, float(boost or 1)) for name, _, boost in fields)


def least_matching(mm: str, optional: int) -> int:
    """How many of so many optional clauses must match: `2<-1 5<80%` is all of two, one less up to five, then 80 %."""
    if "<" not in mm:
        return _least(mm.strip(), optional)
    least = optional
    for condition in re.sub(r"\s*<\s*", "<", mm).split():
        bound, _, rule = condition.partition("<")
        if optional <= int(bound):
            break
        least = _least(rule, optional)
    return least


def _least(rule: str, optional: int) -> int:
    percent = _PERCENT.fullmatch(rule)
    number = int(optional * int(percent[1]) / 100) if percent else int(rule)
    return max(0, min(optional, optional + number if number < 0 or rule.startswith("-") else number))
