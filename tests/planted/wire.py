"""Defects of asking: how much a server is asked, and who gets to see the token."""

from __future__ import annotations

from planted.defect import Defect

RETRY, PACING = ("tests/wire/test_retry.py",), ("tests/wire/test_pacing.py",)
RUNNING, PROTECTIONS = ("tests/syncing/test_running.py",), ("tests/syncing/test_protections.py",)

WIRE = (
    Defect(
        name="budget-ignored",
        takes_out="a run has one budget of repetitions",
        file="wire/retry.py",
        old="        return self.budget is None or self.budget.take()",
        new="        return True",
        tests=RETRY,
    ),
    Defect(
        name="budget-not-shared",
        takes_out="all batches of a run share it",
        file="syncing/clients.py",
        old="                        for _ in self.low_level.run_all(step.flows, limit=self._limit, budget=budget)",
        new="                        for _ in self.low_level.run_all(step.flows, limit=self._limit)",
        tests=PROTECTIONS,
    ),
    Defect(
        name="retry-after-ignored-by-others",
        takes_out="a Retry-After holds all requests",
        file="wire/pacing.py",
        old="            self._held_until = max(self._held_until, until)",
        new="            del until",
        tests=PACING,
    ),
    Defect(
        name="retry-after-ignored",
        takes_out="and the one that got it",
        file="wire/retry.py",
        old="        if asked is not None:\n",
        new="        if False:\n",
        tests=RETRY,
    ),
    Defect(
        name="overload-ignored",
        takes_out="a server that is overloaded gets fewer requests at once",
        file="wire/pacing.py",
        old="        if _is_overloaded(response):",
        new="        if False:",
        tests=PACING,
    ),
    Defect(
        name="failing-server-asked-on",
        takes_out="after 25 failures in a row the rest is not tried",
        file="syncing/running.py",
        old="        if self._failures >= _FAILURES_IN_A_ROW:",
        new="        if False:",
        tests=RUNNING,
    ),
    Defect(
        name="revoked-token-used-on",
        takes_out="a token that is revoked in the middle ends the run",
        file="syncing/applying.py",
        old="        yield from whoami()\n        return Applied",
        new="        return Applied",
        tests=RUNNING,
    ),
    Defect(
        name="token-sent-elsewhere",
        takes_out="no redirect is followed, so the token goes to one origin",
        file="transport.py",
        old='        "follow_redirects": False,',
        new='        "follow_redirects": True,',
        tests=("tests/test_transport.py",),
    ),
    Defect(
        name="token-in-the-old-header",
        takes_out="the token is in the header that CKAN reads",
        file="quirks/tokens.py",
        old='TOKEN_HEADER = "Authorization"',
        new='TOKEN_HEADER = "X-CKAN-API-Key"',
        tests=("tests/test_transport.py",),
    ),
    Defect(
        name="path-may-be-a-host",
        takes_out="no path leads below another host",
        file="wire/address.py",
        old='        if not path.startswith("/"):',
        new="        if False:",
        tests=("tests/wire/test_address.py",),
    ),
    Defect(
        name="environment-read",
        takes_out="proxies and passwords of the environment are not used",
        file="transport.py",
        old='        "trust_env": False,',
        new='        "trust_env": True,',
        tests=("tests/test_transport.py",),
    ),
)
