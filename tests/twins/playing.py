"""Plays a sequence on one CKAN and yields what it answered, masked, and what it then holds."""

from __future__ import annotations

from typing import Any

from twins.masking import Mask
from twins.memory import Memory
from twins.sides import Answer, Side
from twins.steps import Name, Step

#: What comes before every sequence, so that most steps find something.
PRELUDE = (
    Step("organization_create", {"name": Name("o1"), "users": [{"name": "editor", "capacity": "editor"}]}),
    Step("group_create", {"name": Name("g1"), "title": "First group"}),
    Step(
        "package_create",
        {
            "name": Name("d1"),
            "title": "Water",
            "owner_org": Name("o1"),
            "groups": [{"name": Name("g1")}],
            "tags": [{"name": "water"}],
            "extras": [{"key": "color", "value": "blue"}],
            "resources": [{"url": "http://example.org/a.csv"}, {"url": "http://example.org/b.json", "name": "B"}],
        },
    ),
)
READS = frozenset(
    """
    package_show package_search organization_show group_show organization_list group_list member_list user_show tag_list
    organization_list_for_user group_list_authz help_show resource_show tag_show package_list group_package_show
    """.split()  # noqa: SIM905 - the names alone are easier to read
)
#: Lists of the whole site: of them, only what bears this run's names is looked at.
_OF_SITE = frozenset(
    {"organization_list", "group_list", "organization_list_for_user", "group_list_authz", "package_list", "tag_list"}
)


#: What names the thing that a call is about. A real CKAN is shared: a write may only be about what this run made.
_TARGETS = ("id", "org_id", "organization_id", "package_id", "owner_org")
#: Words that are tried there although they are no symbols: nothing bears them.
HARMLESS = frozenset({"", "x", "*", "no-uuid", "A" * 36})
#: Without an id, these take a name for it; and names that nothing can bear.
_BY_NAME = frozenset({"package_update", "package_revise"})
_NO_NAMES = frozenset({"a", "new", "edit", "search"})


class Player:
    """One run of one sequence on one CKAN, under names of its own."""

    def __init__(self, side: Side, prefix: str, known: dict[str, str]) -> None:
        self.memory = Memory(prefix)
        self._side = side
        self._mask = self._before = Mask(prefix, known)

    def play(self, step: Step) -> dict[str, Any]:
        """Make one call; returns status, error and result, masked, and after a write what a search of all finds.

        ValueError for a write that could be about what others have in this CKAN.
        """
        if step.action not in READS:
            check_target(step)
        self._before = self._mask.copy()
        answer = self._side.ask(step.action, self.memory.fill_in(step.arguments), step.who)
        told: dict[str, Any] = {"status": answer.status, **self._told(step.action, answer)}
        if step.action not in READS:
            told["state"] = self._everything()
        return told

    def _told(self, action: str, answer: Answer) -> dict[str, Any]:
        if not isinstance(answer.body, dict):
            return {"error": answer.body if answer.body == "HTML" or answer.status == 0 else "a text"}
        if answer.status != 200:
            return {"error": self._error(answer.body.get("error"))}
        result = answer.body["result"]
        self.memory.learn(action, result)
        if action == "help_show":
            return {"result": type(result).__name__}
        if action in _OF_SITE:
            result = [each for each in result if self._is_ours(each)]
        if action in {"member_list", "organization_list", "group_list"}:
            result = self._mask.sorted(result)  # equal titles, and members, come in no order
        return {"result": self._mask.of(result)}

    def _error(self, error: Any) -> Any:
        """Return an error without what Solr, the database and Python say in their own words."""
        if not isinstance(error, dict):
            return self._mask.of(error)
        kind = error.get("__type")
        if kind in {"Search Error", "Search Index Error", "Internal Server Error", "Search Query Error"}:
            return {"__type": kind}
        if kind == "Integrity Error":  # it repeats the request, and names the place in words
            return {"__type": kind}
        return self._mask.of(error)

    def _is_ours(self, row: Any) -> bool:
        name = row.get("name") if isinstance(row, dict) else row
        return isinstance(name, str) and name.startswith(self.memory.prefix)

    def _everything(self) -> Any:
        """What the index has of this run."""
        arguments = {
            "fq": f"name:{self.memory.prefix}*",
            "include_private": True,
            "include_drafts": True,
            "sort": "name asc",
            "rows": 100,
        }
        return self._told("package_search", self._side.ask("package_search", arguments, "sysadmin"))

    def forget_symbols(self) -> None:
        """Give back the symbols of the last call's answer: the other CKAN may have shown fewer ids, or more."""
        self._mask = self._before

    def look_at_everything(self) -> dict[str, Any]:
        """Return what the database holds of each dataset, group and organization that was ever seen."""
        told: dict[str, Any] = {}
        for id_, kind in list(self.memory.seen.items()):
            symbol = self._mask.of(id_)
            action = "package_show" if kind == "dataset" else f"{kind}_show"
            told[symbol] = self._told(
                action, self._side.ask(action, {"id": id_, "include_plugin_data": True}, "sysadmin")
            )
            if kind != "dataset":
                told[f"{symbol} members"] = self._told(
                    "member_list", self._side.ask("member_list", {"id": id_}, "sysadmin")
                )
        return told

    def purge(self) -> None:
        """Remove all that was made, datasets before their owners."""
        found = self._side.ask(
            "package_search", {"q": f"name:{self.memory.prefix}*", "include_private": True, "rows": 100}, "sysadmin"
        )
        if found.status == 200:
            self.memory.learn("package_search", found.body["result"])
        for id_, kind in sorted(self.memory.seen.items(), key=lambda seen: seen[1] != "dataset"):
            self._side.ask(f"{kind}_purge", {"id": id_}, "sysadmin")


def check_target(step: Step) -> None:
    """Refuse a write whose target is a plain word instead of a symbol of this run."""
    match = step.arguments.get("match")
    for arguments in (step.arguments, match if isinstance(match, dict) else {}):
        targets = [arguments.get(key) for key in (*_TARGETS, *(("name",) if step.action in _BY_NAME else ()))]
        for target in targets:
            if isinstance(target, str) and target not in HARMLESS | _NO_NAMES:
                raise ValueError(
                    f"{step.action} on {target!r}: name what it is about by a symbol, others use this CKAN"
                )


def known_ids(side: Side) -> dict[str, str]:
    """Return symbols for what is in a CKAN before a run."""
    known = {}
    for who in ("sysadmin", "editor"):
        known[side.ask("user_show", {}, who).body["result"]["id"]] = f"<{who}>"
    known[side.ask("organization_show", {"id": "test-org"}, "sysadmin").body["result"]["id"]] = "<test-org>"
    return known
