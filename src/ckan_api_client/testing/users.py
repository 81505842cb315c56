"""The actions on users and their tokens. Somebody with a wrong token is nobody (quirk B1)."""

import secrets
from collections.abc import Callable

from . import values
from .authorization import require_login, require_sysadmin
from .errors import NotAuthorizedFailure, NotFoundFailure, NotImplementedHere, ValidationFailure
from .finding import search_packages
from .site import Call
from .store import Row, Store, new_id
from .user_records import user_record
from .values import MISSING, Invalid, as_flag

_MIN_PASSWORD = 8


def user_of_token(store: Store, token: str) -> Row | None:
    """Return whose token it is; None for a wrong, revoked or deleted user's one."""
    row = store.row(
        "SELECT users.*, api_token.id AS token_id FROM api_token JOIN users ON users.id = user_id"
        " WHERE token = ? AND users.state = 'active'",
        token,
    )
    if row is not None:
        store.run("UPDATE api_token SET last_access = ? WHERE id = ?", store.now(), row.pop("token_id"))
    return row


def add_user(store: Store, name: str, email: str, *, sysadmin: bool = False, fullname: str | None = None) -> Row:
    now = store.now()
    row: Row = {
        "id": new_id(),
        "name": name,
        "fullname": fullname,
        "email": email,
        "created": now,
        "about": None,
        "last_active": None,
        "sysadmin": int(sysadmin),
        "state": "active",
        "image_url": None,
    }
    store.insert("users", row)
    return row


def add_token(store: Store, user: Row, name: str) -> Row:
    row: Row = {
        "id": secrets.token_urlsafe(32),
        "name": name,
        "user_id": user["id"],
        "token": f"embedded-{secrets.token_urlsafe(32)}",
        "created_at": store.now(),
        "last_access": None,
    }
    store.insert("api_token", row)
    return row


def user_show(call: Call) -> Row:
    """Return a user, or without an id, who asks."""
    reference = call.arguments.get("id") if "id" in call.arguments else call.user_name
    user = call.store.by_reference("users", reference) if reference else None
    if user is None:
        raise NotFoundFailure("")
    is_own = call.user is not None and call.user["id"] == user["id"]
    record = user_record(call, user, counts_hidden=is_own or call.is_sysadmin)
    if as_flag(call.arguments.get("include_datasets", False)):
        search = {"rows": 50, "fq": f"+creator_user_id:{user['id']}"}
        if is_own or call.is_sysadmin:
            search |= {"include_private": True, "include_drafts": True}
        record["datasets"] = search_packages(call, search)["results"]
    if as_flag(call.arguments.get("include_num_followers", False)):
        record["num_followers"] = 0
    return record


def user_list(call: Call) -> list[Row] | list[str]:
    if call.arguments.get("email") and not call.is_sysadmin:
        raise NotAuthorizedFailure("")
    order = call.arguments.get("order_by", "display_name")
    if order not in ("display_name", "name"):
        raise NotImplementedHere(f"user_list: order_by={order!r}")
    wanted, text = call.arguments.get("email"), call.arguments.get("q") or ""
    rows = [
        row
        for row in call.store.rows("SELECT * FROM users WHERE state != 'deleted'")
        if (not wanted or row["email"] == wanted) and text.lower() in f"{row['name']} {row['fullname'] or ''}".lower()
    ]
    rows.sort(key=lambda row: row["name"] if order == "name" else row["fullname"] or row["name"])
    if as_flag(call.arguments.get("all_fields", True)):
        return [user_record(call, row) for row in rows]
    return [row["name"] for row in rows]


def user_create(call: Call) -> Row:
    """Make a user: for sysadmins only, as on a CKAN where nobody allowed it to others."""
    if not call.is_sysadmin:
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to create users via the API")
    sent = call.arguments
    errors: dict[str, list[str]] = {}
    email = values.as_text(sent.get("email")).strip()
    name, password = sent.get("name"), sent.get("password")
    if not email:
        errors["email"] = [MISSING]
    else:
        _collect(errors, "email", lambda: values.check_email(email))
        if call.store.value("SELECT 1 FROM users WHERE lower(email) = ? AND state = 'active'", email.lower()):
            errors.setdefault("email", []).append(f"The email address '{email}' belongs to a registered user.")
    if values.is_empty(name):
        errors["name"] = [MISSING]
    else:
        _collect(errors, "name", lambda: values.check_name(name))
        if call.store.by_reference("users", name):
            taken = "The username is already associated with another account. Please use a different username."
            plain = not call.behaviour.group_update_keeps_users
            errors.setdefault("name", []).append("That login name is not available." if plain else taken)
    if not password:
        errors["password"] = [MISSING]
    elif not isinstance(password, str) or len(password) < _MIN_PASSWORD:
        errors["password"] = [f"Your password must be {_MIN_PASSWORD} characters or longer"]
    if errors:
        raise ValidationFailure({key: errors[key] for key in sorted(errors)})
    user = add_user(call.store, str(name), email, sysadmin=bool(sent.get("sysadmin")), fullname=sent.get("fullname"))
    return user_record(call, user, is_new=True)


def _collect(errors: dict[str, list[str]], key: str, check: Callable[[], None]) -> None:
    try:
        check()
    except Invalid as invalid:
        errors.setdefault(key, []).append(str(invalid))


def user_delete(call: Call) -> None:
    require_sysadmin(call, "user_delete")
    user = call.store.by_reference("users", call.need("id"))
    if user is None:
        raise NotFoundFailure(f'User "{call.arguments["id"]}" was not found.')
    call.store.update("users", user["id"], {"state": "deleted"})
    call.store.run("UPDATE member SET state = 'deleted' WHERE table_id = ?", user["id"])


def api_token_create(call: Call) -> Row:
    reference, name = call.need("user", "name")
    user = call.store.by_reference("users", reference)
    if user is None:
        raise NotFoundFailure("User not found")
    require_login(call, "api_token_create")
    if not call.is_sysadmin and user["name"] != call.user_name:
        raise NotAuthorizedFailure("")
    token = add_token(call.store, user, values.as_text(name))
    answer = {"token": token["token"]}
    if call.behaviour.reports_changed_entities:
        answer["id"] = token["id"]
    return answer


def api_token_list(call: Call) -> list[Row]:
    reference = call.arguments.get("user_id", call.arguments.get("user"))
    if not reference:
        raise ValidationFailure({"user_id": [MISSING]})
    user = call.store.by_reference("users", reference)
    if not call.is_sysadmin and (user is None or user["name"] != call.user_name):
        raise NotAuthorizedFailure("")
    if user is None:
        raise NotFoundFailure("User not found")
    return call.store.rows(
        "SELECT id, name, user_id, created_at, last_access FROM api_token WHERE user_id = ? ORDER BY created_at",
        user["id"],
    )


def api_token_revoke(call: Call) -> None:
    jti = call.arguments.get("jti")
    if not jti:
        jti = call.store.value("SELECT id FROM api_token WHERE token = ?", call.need("token"))
    require_login(call, "api_token_revoke")
    owner = call.store.value("SELECT user_id FROM api_token WHERE id = ?", jti)
    if not call.is_sysadmin and (call.user is None or owner != call.user["id"]):
        raise NotAuthorizedFailure("")
    call.store.run("DELETE FROM api_token WHERE id = ?", jti)
