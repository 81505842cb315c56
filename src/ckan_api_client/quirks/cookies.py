"""Cookies: what CKAN makes of one beside a token."""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy


def no_cookies() -> CookieJar:
    """Return a jar that keeps nothing: up to 2.11, a cookie of a session beats the token (quirk B4)."""
    return CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
