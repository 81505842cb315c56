"""What a client is set up with, and who it turns out to be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Self, TypeVar

from ckan_api_client.connection import LARGEST_ANSWER, USER_AGENT, Connection, Timeouts
from ckan_api_client.low_level.flows import whoami
from ckan_api_client.quirks.tokens import TOKEN_HEADER
from ckan_api_client.wire.address import Address, Token
from ckan_api_client.wire.messages import Flow
from ckan_api_client.wire.pacing import Pace
from ckan_api_client.wire.proxy import proxy_url
from ckan_api_client.wire.rate import checked_in_flight
from ckan_api_client.wire.retry import RetryBudget, RetryPolicy, insist

T = TypeVar("T")

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110, 5.6.2


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a client: a connection, how often to ask again, and the pace that they share who share it."""

    connection: Connection
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    pace: Pace = field(default_factory=Pace, repr=False, compare=False)
    check_token: bool = True
    max_in_flight: int | None = None

    @classmethod
    def of(
        cls,
        base_url: str,
        api_key: str | None = None,
        *,
        settings: Self | None = None,
        retry: RetryPolicy | None = None,
        timeouts: Timeouts | None = None,
        token_header: str | tuple[str, ...] = TOKEN_HEADER,
        user_agent: str | None = None,
        proxy: str | None = None,
        ca_bundle: str | None = None,
        verify: bool = True,
        allow_http: bool = False,
        largest_answer: int = LARGEST_ANSWER,
        check_token: bool = True,
        max_in_flight: int | None = None,
        max_rate: float | None = None,
    ) -> Self:
        """Return the settings that a client's arguments mean.

        `timeouts` in seconds (10 to connect, 300 between bytes, 900 in all, unless said); `token_header` for sites
        that set `apitoken_header_name`, or several; `proxy` a URL; `ca_bundle` the path of a PEM file that is trusted
        instead of the system's; `verify=False` takes any certificate, and so hands the token to whoever is in between;
        `allow_http=True` does so where the base URL is one of http and not on this machine, which is refused otherwise.
        An answer of more than `largest_answer` bytes (512 MiB), compressed or not, is a TransportError.
        `check_token=False` leaves out the question whose the token is: CKAN then takes one that it does not know for an
        anonymous visitor, and says nothing. `max_in_flight` (1 to 32): so many flows of a `run_all` are under way at
        once, whatever its limit; `max_rate`: so many requests a second, such as 0.5, all threads and repetitions
        together. Raises ValueError for what cannot be a base URL, a token, a name of a header, a user agent, a proxy,
        or one of these numbers. `settings` are taken as they are.
        """
        if settings is not None:
            return settings
        names = [token_header] if isinstance(token_header, str) else token_header
        if not all(map(_HEADER_NAME.fullmatch, names)):
            raise ValueError(f"{token_header!r} is no name of a header: use one such as 'X-CKAN-API-Key'")
        if user_agent is not None and not (user_agent.isascii() and user_agent.isprintable()):
            raise ValueError(f"{user_agent!r} is no user agent: printable ASCII, such as 'my-harvester/1.0'")
        connection = Connection(
            Address.of(base_url),
            Token(api_key) if api_key is not None else None,
            token_header=token_header,
            timeouts=timeouts or Timeouts(),
            proxy=proxy_url(proxy) if proxy else None,
            ca_bundle=ca_bundle,
            verify=verify,
            allow_http=allow_http,
            largest_answer=largest_answer,
            user_agent=user_agent or USER_AGENT,
        )
        retry = retry or RetryPolicy()
        pace = Pace(longest_pause=retry.longest_pause, max_rate=max_rate, clock=retry.clock)
        if max_in_flight is not None:
            checked_in_flight(max_in_flight)
        return cls(connection, retry, pace, check_token=check_token, max_in_flight=max_in_flight)

    def at_most(self, limit: int) -> int:
        """Return how many flows of a run with this limit may be under way at once."""
        return limit if self.max_in_flight is None else min(limit, self.max_in_flight)

    def without_token(self) -> Settings:
        return replace(self, connection=replace(self.connection, token=None))


class Caller:
    """Who is asking: prepares flows with retries and pace, and with one question after the token's user at first."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.user: dict[str, Any] | None = None

    def prepared(self, flow: Flow[T]) -> Flow[T]:
        return insist(self._identified(flow), self._settings.retry, self._settings.pace.ask)

    def all_prepared(self, flows: Iterable[Flow[T]], *, limit: int, budget: RetryBudget | None) -> Iterator[Flow[T]]:
        """Prepare the flows of one run, which share its budget: the one given, the policy's, or a fresh one."""
        policy = self._settings.retry
        policy = replace(policy, budget=budget or policy.budget or RetryBudget())
        ask = partial(self._settings.pace.ask, limit=limit)
        return (insist(self._identified(flow), policy, ask) for flow in flows)

    def _identified(self, flow: Flow[T]) -> Flow[T]:
        asks = self._settings.check_token and self._settings.connection.token is not None
        if asks and self.user is None:
            self.user = yield from whoami()
        return (yield from flow)
