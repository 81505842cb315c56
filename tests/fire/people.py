"""What people do to datasets of the source meanwhile, and what is to be seen of it afterwards."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from ckan_api_client.exceptions import NotFound, ValidationError
from ckan_api_client.low_level import CkanLowlevelClient
from fire.material import Record

Deed = Literal["title", "notes", "author", "turn", "extra", "tag", "untag", "resource", "trash"]
#: To the trash, people move only what an earlier run is known to have left.
AT_ANY_TIME: tuple[Deed, ...] = tuple(deed for deed in get_args(Deed) if deed != "trash")
#: What conflicts are told of, by deed: that at which the source says something, too.
PATHS: dict[Deed, str] = {"title": "title", "notes": "notes", "author": "author", "turn": "extras.turn"}


@dataclass(frozen=True, slots=True)
class Edit:
    """A deed of a person's on the dataset of a record; `text` is no one else's.

    `over`: what the source had said there, as the catalog showed it when the first of the edits at this place was made.
    """

    key: str
    deed: Deed
    text: str
    over: str = ""

    def conflict_with(self, record: Record) -> tuple[str, str, str, str] | None:
        """Return record, path and both values of the conflict that has to be told: the source changed, too."""
        said = record["extras"]["turn"] if self.deed == "turn" else record.get(self.deed, "")
        if self.deed not in PATHS or said == self.over:
            return None
        return (self.key, PATHS[self.deed], said, self.text)

    def show_on(self, expected: dict[str, Any]) -> None:
        """Change what is expected of a dataset accordingly."""
        match self.deed:
            case "title" | "notes" | "author":
                expected[self.deed] = self.text
            case "turn":
                expected["extras"]["turn"] = self.text
            case "extra":
                expected["extras"]["of people"] = self.text
            case "tag":
                expected["tags"].add(self.text)
            case "untag":
                expected["tags"].discard("fixed")
            case "resource":
                expected["resources"][f"http://people.example/{self.text}"] = ("", "")
            case "trash":
                expected["state"] = "deleted"
                expected["groups"] = set()  # package_delete ends these memberships.


@dataclass(slots=True)
class People:
    """Edit datasets as the sysadmin, past the proxy, each write under CKAN's lock.

    `edits` are those whose values stand, `history` has those that were replaced, too.
    """

    client: CkanLowlevelClient
    edits: list[Edit] = field(default_factory=list)
    history: list[Edit] = field(default_factory=list)

    def said(self, key: str, path: str) -> set[str]:
        """Return what people ever said of a record at the path of a conflict."""
        if path == "state":
            return {"deleted" for edit in self.history if (edit.key, edit.deed) == (key, "trash")}
        return {edit.text for edit in self.history if (edit.key, PATHS.get(edit.deed)) == (key, path)}

    def edit(self, dataset_id: str, edit: Edit) -> bool:
        """Carry an edit out; False: there is no such dataset, or the automaton was faster three times."""
        for _ in range(3):
            try:
                replaced = self._do(dataset_id, edit)
            except NotFound:
                return False
            except ValidationError:
                continue
            # What was said anew takes the place of what was said before.
            before = [one for one in self.edits if _place(one) == _place(edit)]
            over = before[0].over if before and replaced == before[0].text else replaced
            self.edits = [one for one in self.edits if one not in before] + [replace(edit, over=over)]
            self.history.append(edit)
            return True
        return False

    def _do(self, dataset_id: str, edit: Edit) -> str:
        """Carry an edit out; return the value that it replaces, where it replaces one."""
        action = self.client.action
        if edit.deed == "trash":
            action.package_delete(id=dataset_id)
            return ""
        shown = action.package_show(id=dataset_id)
        extras = {extra["key"]: extra["value"] for extra in shown["extras"]}
        replaced = ""
        update: dict[str, Any]
        match edit.deed:
            case "title" | "notes" | "author":
                replaced, update = shown[edit.deed], {edit.deed: edit.text}
            case "turn" | "extra":
                key = "turn" if edit.deed == "turn" else "of people"
                replaced, extras = extras.get(key, ""), extras | {key: edit.text}
                update = {"extras": [{"key": key, "value": value} for key, value in extras.items()]}
            case "tag":
                update = {"tags": [*shown["tags"], {"name": edit.text}]}
            case "untag":
                update = {"tags": [tag for tag in shown["tags"] if tag["name"] != "fixed"]}
            case "resource":
                update = {"resources": [*shown["resources"], {"url": f"http://people.example/{edit.text}"}]}
        same = {"id": dataset_id, "metadata_modified": shown["metadata_modified"]}
        action.package_revise(match=same, filter=[f"-{key}" for key in update], update=update)
        return replaced


def _place(edit: Edit) -> tuple[str, ...]:
    """Return where an edit is: tags and resources stand beside each other, other values replace each other."""
    return (edit.key, edit.deed, edit.text) if edit.deed in {"tag", "resource"} else (edit.key, edit.deed)


def draw_edit(chance: random.Random, keys: list[str], deeds: tuple[Deed, ...] = AT_ANY_TIME) -> Edit:
    return Edit(chance.choice(keys), chance.choice(deeds), f"by a person {chance.randrange(10**9)}")
