"""What people do to datasets of the source meanwhile, and what is to be seen of it afterwards."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from ckan_api_client.exceptions import NotFound, ValidationError
from ckan_api_client.low_level import CkanLowlevelClient

Deed = Literal["title", "notes", "author", "extra", "tag", "untag", "resource", "trash"]
#: To the trash, people move only what an earlier run is known to have left.
AT_ANY_TIME: tuple[Deed, ...] = tuple(deed for deed in get_args(Deed) if deed != "trash")


@dataclass(frozen=True, slots=True)
class Edit:
    """A deed of a person's on the dataset of a record; `text` is no one else's."""

    key: str
    deed: Deed
    text: str

    def show_on(self, expected: dict[str, Any]) -> None:
        """Change what is expected of a dataset accordingly."""
        match self.deed:
            case "title" | "notes" | "author":
                expected[self.deed] = self.text
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
    """Edit datasets as the sysadmin, past the proxy, each write under CKAN's lock; `edits` were carried out."""

    client: CkanLowlevelClient
    edits: list[Edit] = field(default_factory=list)

    def edit(self, dataset_id: str, edit: Edit) -> bool:
        """Carry an edit out; False: there is no such dataset, or the automaton was faster three times."""
        for _ in range(3):
            try:
                self._do(dataset_id, edit)
            except NotFound:
                return False
            except ValidationError:
                continue
            # What was said anew takes the place of what was said before.
            self.edits = [one for one in self.edits if _place(one) != _place(edit)] + [edit]
            return True
        return False

    def _do(self, dataset_id: str, edit: Edit) -> None:
        action = self.client.action
        if edit.deed == "trash":
            action.package_delete(id=dataset_id)
            return
        shown = action.package_show(id=dataset_id)
        update: dict[str, Any]
        match edit.deed:
            case "title" | "notes" | "author":
                update = {edit.deed: edit.text}
            case "extra":
                others = [extra for extra in shown["extras"] if extra["key"] != "of people"]
                update = {"extras": [*others, {"key": "of people", "value": edit.text}]}
            case "tag":
                update = {"tags": [*shown["tags"], {"name": edit.text}]}
            case "untag":
                update = {"tags": [tag for tag in shown["tags"] if tag["name"] != "fixed"]}
            case "resource":
                update = {"resources": [*shown["resources"], {"url": f"http://people.example/{edit.text}"}]}
        same = {"id": dataset_id, "metadata_modified": shown["metadata_modified"]}
        action.package_revise(match=same, filter=[f"-{key}" for key in update], update=update)


def _place(edit: Edit) -> tuple[str, ...]:
    """Return where an edit is: tags and resources stand beside each other, other values replace each other."""
    return (edit.key, edit.deed, edit.text) if edit.deed in {"tag", "resource"} else (edit.key, edit.deed)


def draw_edit(chance: random.Random, keys: list[str], deeds: tuple[Deed, ...] = AT_ANY_TIME) -> Edit:
    return Edit(chance.choice(keys), chance.choice(deeds), f"by a person {chance.randrange(10**9)}")
