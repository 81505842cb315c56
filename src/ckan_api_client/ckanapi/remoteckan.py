"""A CKAN over HTTP, as ckanapi's users call it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from inspect import signature
from typing import Any, Self

from ckan_api_client.ckanapi.calls import ActionShortcut, Files, called, request_of
from ckan_api_client.ckanapi.carrying import SessionTransport, settings_of
from ckan_api_client.ckanapi.errors import CKANAPIError
from ckan_api_client.ckanapi.uploads import upload_of
from ckan_api_client.connection import USER_AGENT
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.low_level.settings import Settings
from ckan_api_client.wire.address import Address, Token
from ckan_api_client.wire.messages import Upload

#: ckanapi sends the token in both, and sites were set up for either.
TOKEN_HEADERS = ("Authorization", "X-CKAN-API-Key")
#: What a client can be told besides: its address and key have names of their own here.
_SETTINGS = {"transport", *signature(Settings.of).parameters} - {"base_url", "api_key", "settings"}
#: How many ways of sending keep their connections; those beyond that are for one call each.
_KEPT = 8


class RemoteCKAN:
    """The actions of a CKAN at an address: `.action.NAME(**arguments)`, or `.call_action(NAME, data)`.

    With `get_only`, calls are GETs with a query string. A `session` of requests carries the calls where one is given.
    `settings` are those of `CkanLowlevelClient`: proxy, timeouts, ca_bundle, retry ... Reads are repeated where no
    answer came or the server is overloaded, writes where they never arrived; files are sent from disk as they are
    read; no redirect is followed. A `max_rate` is kept to for each token and each `requests_kwargs` by themselves, and
    refused beside a session. May be shared by threads.
    """

    base_url = "api/action/"
    #: How many processes ckanapi's command line would use for a site.
    parallel_limit = 3

    def __init__(
        self,
        address: str,
        apikey: str | None = None,
        user_agent: str | None = None,
        get_only: bool = False,  # noqa: FBT001, FBT002 - as ckanapi has it
        session: Any = None,
        **settings: Any,
    ) -> None:
        if unknown := sorted(set(settings) - _SETTINGS):
            raise TypeError(f"RemoteCKAN() got an unexpected keyword argument {unknown[0]!r}")
        if session is not None and settings.get("max_rate") is not None:
            raise ValueError(
                "RemoteCKAN() keeps to no max_rate where a session carries the calls: leave one of them out"
            )
        self.address = address
        self.apikey = apikey
        self.user_agent = user_agent or f"ckanapi-compatible {USER_AGENT}"
        self.get_only = get_only
        self.session = session
        self.action = ActionShortcut(self.call_action)
        self._settings = settings
        self._clients: dict[Any, CkanLowlevelClient] = {}

    def call_action(  # noqa: PLR0917 - as ckanapi has it
        self,
        action: str,
        data_dict: Mapping[str, Any] | None = None,
        context: Any = None,
        apikey: str | None = None,
        files: Files | None = None,
        requests_kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the result of an action. Raises the errors of `ckanapi.errors`.

        `apikey` stands in for the client's own; `files` are by the name of their field; `requests_kwargs` may hold
        timeout, verify and proxies, and with a session of requests whatever that takes. There is no `context`.
        """
        if context:
            raise CKANAPIError("RemoteCKAN takes no context, which is CKAN's own; to call as somebody, give an apikey")
        if files and self.get_only:
            raise CKANAPIError(f"{action}: a GET cannot send files; make a RemoteCKAN without get_only")
        with ExitStack() as opened:
            uploads = {name: self._upload(name, value, opened) for name, value in dict(files or {}).items()}
            request = request_of(action, data_dict, uploads, get_only=self.get_only, base_url=self.base_url)
            client = self._client(apikey or self.apikey, requests_kwargs or {}, opened)
            explain = not (client.is_anonymous or self.get_only)
            return client.run(called(request, client.base_url + request.path, explain=explain))

    def close(self) -> None:
        """Close the connections. A call after that opens them anew; a session of requests stays its maker's."""
        while self._clients:
            self._clients.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        # Connections do not travel between processes.
        return {**vars(self), "_clients": {}}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address!r}{', apikey=***' if self.apikey else ''})"

    def _upload(self, field: str, value: Any, opened: ExitStack) -> Upload:
        # A session is given files as its maker gave them.
        return upload_of(field, value, opened) if self.session is None else Upload(value, field)

    def _client(self, apikey: str | None, options: Mapping[str, Any], opened: ExitStack) -> CkanLowlevelClient:
        """Return a client for a call: one that is kept for others like it, or one that `opened` closes."""
        token = str(apikey) if apikey else None
        try:
            if self.session is not None:
                return self._make(token, transport=self._on_session(token, options))
            settings = settings_of(options, self.address)
            key = (self.address, token, self.user_agent, *sorted(settings.items()))
            if (kept := self._clients.get(key)) is not None:
                return kept
            client = self._make(token, **settings)
        except (ValueError, OSError) as error:
            raise CKANAPIError(f"RemoteCKAN: {error}") from error
        if len(self._clients) < _KEPT and self._clients.setdefault(key, client) is client:
            return client
        return opened.enter_context(client)

    def _make(self, token: str | None, **settings: Any) -> CkanLowlevelClient:
        ours = {"user_agent": self.user_agent, "token_header": TOKEN_HEADERS, "check_token": False, "allow_http": True}
        return CkanLowlevelClient(self.address, token, **{**ours, **self._settings, **settings})

    def _on_session(self, token: str | None, options: Mapping[str, Any]) -> SessionTransport:
        headers = {"User-Agent": self.user_agent}
        if token is not None:
            headers |= dict.fromkeys(TOKEN_HEADERS, Token(token).reveal())
        return SessionTransport(self.session, Address.of(self.address).base, headers, options)
