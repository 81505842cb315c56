"""Defects of creating: what makes a dataset at most once."""

from __future__ import annotations

from planted.defect import Defect

IDENTITY, CREATING = "tests/syncing/test_identity.py", "tests/syncing/test_creating.py"
CREATE_ONCE, RETRY = "tests/high_level/test_create_dataset.py", "tests/wire/test_retry.py"

CREATES = (
    Defect(
        name="random-suffix",
        takes_out="a name with a suffix is the same in every run",
        file="syncing/identity.py",
        old="        suffix = base64.b32encode(self.key).decode().lower()",
        new="        suffix = base64.b32encode(uuid.uuid4().bytes * 2).decode().lower()",
        tests=(IDENTITY,),
    ),
    Defect(
        name="random-dataset-id",
        takes_out="a dataset's id is derived from its record",
        file="syncing/identity.py",
        old="        return str(uuid.uuid5(_NAMESPACE, self.key.hex()))",
        new="        return str(uuid.uuid4())",
        tests=(IDENTITY,),
    ),
    Defect(
        name="random-resource-id",
        takes_out="so is a resource's",
        file="syncing/identity.py",
        old='        return str(uuid.uuid5(_NAMESPACE, f"{self.key.hex()}\\0{resource_key}"))',
        new="        return str(uuid.uuid4())",
        tests=(IDENTITY,),
    ),
    Defect(
        name="no-id-for-a-sysadmin",
        takes_out="with a sysadmin's token, a second create is refused by its id, in the trash, too",
        file="syncing/creating.py",
        old="    if terms.by_sysadmin:\n        payload",
        new="    if False:\n        payload",
        tests=(CREATING,),
    ),
    Defect(
        name="create-refused-sent-again",
        takes_out="a create that was refused (409) is not sent again",
        file="high_level/datasets.py",
        old=(
            "        except ValidationError:\n"
            "            found = (yield from _peek(reference)) if lost is not None else None\n"
            "            if found is not None and is_ours(found):\n"
            "                return found\n"
            "            raise\n"
        ),
        new=(
            "        except ValidationError as error:\n"
            "            found = (yield from _peek(reference)) if lost is not None else None\n"
            "            if found is not None and is_ours(found):\n"
            "                return found\n"
            "            lost = error\n"
            "            continue\n"
        ),
        tests=(CREATING,),
    ),
    Defect(
        name="create-lost-sent-again",
        takes_out="a create whose answer was lost is looked for before it is sent again",
        file="high_level/datasets.py",
        old="        found = yield from _peek(reference)\n",
        new="        found = None\n",
        tests=(CREATE_ONCE,),
    ),
    Defect(
        name="create-lost-found-of-others",
        takes_out="what is found after a lost create must be ours",
        file="high_level/datasets.py",
        old="            if is_ours(found):\n                return found\n            raise lost\n",
        new="            return found\n",
        tests=(CREATE_ONCE,),
    ),
    Defect(
        name="write-lost-repeated",
        takes_out="a write whose answer was lost is not repeated by itself",
        file="wire/retry.py",
        old="            repeatable = request.repeatable or error.outcome is Outcome.NOT_SENT",
        new="            repeatable = True",
        tests=(RETRY,),
    ),
    Defect(
        name="write-failed-repeated",
        takes_out="nor is one that the server failed for",
        file="wire/retry.py",
        old="    return request.repeatable or turned_away",
        new="    return True",
        tests=(RETRY,),
    ),
    Defect(
        name="create-found-of-others",
        takes_out="the dataset that has the name must bear our marker to be taken up",
        file="syncing/creating.py",
        old="        if read_marker(holder) == identity.marker:\n",
        new="        if True:\n",
        tests=(CREATING,),
    ),
    Defect(
        name="create-lost-found-unmarked",
        takes_out="what is found after a lost create of a record is ours by its marker alone",
        file="syncing/creating.py",
        old="        return read_marker(found) == identity.marker",
        new="        return True",
        tests=(CREATING,),
    ),
    Defect(
        name="create-answered-with-others",
        takes_out="an answer to a create that bears another marker is not taken for ours",
        file="syncing/creating.py",
        old="            if read_marker(made) != identity.marker:\n",
        new="            if False:\n",
        tests=(CREATING,),
    ),
    Defect(
        name="create-beside-unmarked",
        takes_out="where an unmarked dataset has the name, none is created beside it",
        file="syncing/creating.py",
        old="        if read_marker(holder) is None:\n",
        new="        if False:\n",
        tests=(CREATING,),
    ),
    Defect(
        name="create-before-journal",
        takes_out="a create is in the journal before it is sent",
        file="syncing/creating.py",
        old=(
            '        task.journal("create", dataset_id=str(payload.get("id") or ""), before=None, '
            'values={**payload, "name": name})\n'
            "        try:\n"
            '            made = yield from create_once({**payload, "name": name}, is_ours)\n'
        ),
        new=(
            "        try:\n"
            '            made = yield from create_once({**payload, "name": name}, is_ours)\n'
            '            task.journal("create", dataset_id=made["id"], before=None, values={**payload, "name": name})\n'
        ),
        tests=(CREATING,),
    ),
)
