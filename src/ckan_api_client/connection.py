"""Where to, as whom, and how. It knows no HTTP library: that takes as long to import as all the rest of a client."""

from __future__ import annotations

from dataclasses import dataclass, field

from ckan_api_client import __version__
from ckan_api_client.quirks.tokens import TOKEN_HEADER
from ckan_api_client.wire.address import Address, Token

__all__ = ["LARGEST_ANSWER", "USER_AGENT", "Connection", "Timeouts"]

USER_AGENT = f"ckan-api-client/{__version__}"

#: Bytes. A page of a thousand datasets is some ten million.
LARGEST_ANSWER = 512 * 2**20


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, between two bytes of an answer, and for one request as a whole.

    CKAN takes minutes for a dataset with thousands of resources (ckan#4339), so the last two are long. The blocking
    transport looks at the last one whenever a part of the body has come, not while it waits for one.
    """

    connect: float = 10.0
    read: float = 300.0
    total: float = 900.0


@dataclass(frozen=True, slots=True)
class Connection:
    """Where to, as whom, and how: all that a transport needs, and all that it ever reads."""

    address: Address
    token: Token | None = None
    token_header: str | tuple[str, ...] = TOKEN_HEADER
    timeouts: Timeouts = field(default_factory=Timeouts)
    user_agent: str = USER_AGENT
    proxy: str | None = field(default=None, repr=False)
    #: A PEM file, or a folder of hashed ones, that is trusted instead of what comes with Python.
    ca_bundle: str | None = None
    #: False: take any certificate. `ca_bundle` is not looked at then.
    verify: bool = True
    #: True: send the token over plain http to other machines, too, where whoever is in between can read it.
    allow_http: bool = False
    #: Bytes of an answer, as it comes and unpacked, after which it is given up.
    largest_answer: int = LARGEST_ANSWER
    pool_size: int = 32

    def token_headers(self) -> tuple[str, ...]:
        """Return the names of the headers that carry the token; none without one."""
        if self.token is None:
            return ()
        return (self.token_header,) if isinstance(self.token_header, str) else self.token_header

    @property
    def is_plain(self) -> bool:
        """Tell whether all goes by plain http, so that nobody shows a certificate."""
        return self.proxy is None and self.address.is_plain

    def refuse_to_be_overheard(self) -> None:
        """Raise ValueError where others could read the token on its way."""
        if self.token is not None and not self.allow_http and self.address.is_overheard(self.proxy):
            raise ValueError(
                f"the API token would go to {self.address.base} unencrypted, so that whoever is in between can read "
                "it: use https://, or allow_http=True where nobody is"
            )
