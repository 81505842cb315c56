"""What CKAN shows of users: mail and key only to themselves and to sysadmins (quirk B1)."""

import hashlib

from .records import image_address
from .site import Call
from .store import Row


def user_record(
    call: Call,
    user: Row,
    *,
    capacity: str | None = None,
    public: bool = False,
    counts_hidden: bool = False,
    is_new: bool = False,
) -> Row:
    """Return a user as user_show does; `public` leaves mail and key out whoever asks, `is_new` puts the mail first."""
    record: Row = {
        "id": user["id"],
        "name": user["name"],
        "fullname": user["fullname"],
        "created": user["created"],
        "about": user["about"],
        "last_active": user["last_active"],
        "activity_streams_email_notifications": False,
        "sysadmin": bool(user["sysadmin"]),
        "state": user["state"],
        "image_url": user["image_url"],
    }
    if capacity is not None:
        record["capacity"] = capacity
    statement = "SELECT count(*) FROM package WHERE creator_user_id = ? AND state = 'active' AND NOT private"
    if counts_hidden:
        statement = "SELECT count(*) FROM package WHERE creator_user_id = ? AND state != 'deleted'"
    record["display_name"] = user["fullname"] or user["name"]
    record["email_hash"] = hashlib.md5(
        (user["email"] or "").strip().lower().encode(), usedforsecurity=False
    ).hexdigest()
    record["number_created_packages"] = call.store.value(statement, user["id"])
    is_own = call.user is not None and call.user["id"] == user["id"]
    if is_new:
        record["email"] = user["email"]
    if not public and (is_own or call.is_sysadmin):
        record["apikey"] = None
        record["email"] = user["email"]
    record["image_display_url"] = image_address(call.site, user["image_url"], "user")
    return record
