"""E-mail addresses, as a dataset's author and maintainer have them.

CKAN (logic/validators.py, email_validator, since 2.10 after stripping blanks; quirk C21) takes what HTML's
`<input type=email>` takes, without dots at the ends or side by side. One bad address refuses the whole dataset.
"""

from __future__ import annotations

import re

__all__ = ["is_email", "mend_email"]

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL = re.compile(rf"(?!\.)(?!.*\.\.)[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")


def is_email(text: str) -> bool:
    """Whether CKAN takes `text` as an address; it does take `a@localhost`, and no address at all."""
    return not text or _EMAIL.fullmatch(text) is not None


def mend_email(text: str) -> str | None:
    """Return the address in `text` (blanks around it and a leading `mailto:` are not part of it), or None."""
    address = text.strip()
    if address.lower().startswith("mailto:"):
        address = address[7:].strip()
    return address if is_email(address) else None
