"""The two users and the organization that every instance has."""

from __future__ import annotations

import secrets
from typing import Any, Protocol

from .web import WebError, call_action

SYSADMIN = "sysadmin"
EDITOR = "editor"
ORGANIZATION = "test-org"


class Command(Protocol):
    """Runs `ckan` with words and standard input, and returns standard output."""

    def __call__(self, *words: str, text: str = "") -> str:
        """Run it."""


def make_sysadmin(ckan: Command) -> str:
    """Make the sysadmin with CKAN's command line and return a token of it. Nobody needs its password."""
    password = secrets.token_hex(16)
    ckan("sysadmin", "add", SYSADMIN, f"email={SYSADMIN}@example.org", f"password={password}", text="y\n")
    # CKAN prints an explanation before the token.
    return ckan("user", "token", "add", SYSADMIN, "scripts").split()[-1]


def make_editor(url: str, sysadmin_token: str) -> str:
    """Make the editor and its organization, as far as they are missing, and return a new token of the editor."""
    try:
        call_action(url, "user_show", {"id": EDITOR}, token=sysadmin_token)
    except WebError:
        password = secrets.token_hex(16)
        user = {"name": EDITOR, "email": f"{EDITOR}@example.org", "password": password}
        call_action(url, "user_create", user, token=sysadmin_token)
    keep_organization(url, sysadmin_token)
    arguments = {"user": EDITOR, "name": "scripts"}
    token: str = call_action(url, "api_token_create", arguments, token=sysadmin_token)["token"]
    return token


def keep_organization(url: str, sysadmin_token: str) -> None:
    """Make the organization if it is missing, and its editor a member if it is not."""
    try:
        organization: dict[str, Any] = call_action(url, "organization_show", {"id": ORGANIZATION}, token=sysadmin_token)
    except WebError:
        organization = {"name": ORGANIZATION, "title": "Test organization"}
        organization = call_action(url, "organization_create", organization, token=sysadmin_token)
    if (EDITOR, "editor") not in {(user["name"], user["capacity"]) for user in organization.get("users", [])}:
        member = {"id": ORGANIZATION, "username": EDITOR, "role": "editor"}
        call_action(url, "organization_member_create", member, token=sysadmin_token)
