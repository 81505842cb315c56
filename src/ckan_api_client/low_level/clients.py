"""The low-level clients: shells around the flows, one line a method."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from ckan_api_client.low_level import flows
from ckan_api_client.low_level.settings import Caller, Settings
from ckan_api_client.wire.action import call
from ckan_api_client.wire.flow import AsyncTransport, Transport, run, run_all, run_async
from ckan_api_client.wire.messages import Flow, Response
from ckan_api_client.wire.retry import RetryBudget

if TYPE_CHECKING:
    from ckan_api_client.transport import AsyncHttpTransport, HttpTransport

T = TypeVar("T")
R = TypeVar("R")

_Object = Mapping[str, Any]


class Actions(Generic[R]):
    """`actions(name, **arguments)`, or `actions.name(**arguments)`: any action of the Action API, by its name."""

    def __init__(self, carry: Callable[[Flow[Any]], R]) -> None:
        self._carry = carry

    def __call__(self, name: str, /, **arguments: Any) -> R:
        return self._carry(call(name, arguments))

    def __getattr__(self, name: str) -> Callable[..., R]:
        if name.startswith("_"):
            raise AttributeError(name)

        def action(**arguments: Any) -> R:
            return self(name, **arguments)

        action.__name__ = name
        return action


class CkanLowlevelClient:
    """Any action of CKAN's Action API over HTTP.

    `base_url` is that of the site, with its sub-path if it has one. `api_key` is an API token (CKAN 2.10 and later
    know no other keys); with one, the first call asks CKAN who it belongs to, and raises NotAuthorized if it does
    not know. Settings: see `low_level.settings.Settings`. May be shared by threads.

    Arguments of actions are JSON values, dates, or objects of this package; an open binary file or an `Upload` is
    streamed. Errors: HTTPError and its kin (CKAN refused), TransportError (no answer), BadApiError (not CKAN's).
    """

    def __init__(
        self, base_url: str, api_key: str | None = None, *, transport: Transport | None = None, **settings: Any
    ) -> None:
        self._settings = Settings.of(base_url, api_key, **settings)
        self._transport = transport or _http_transport()(self._settings.connection)
        self._caller = Caller(self._settings)
        self.action: Actions[Any] = Actions(self.run)

    @property
    def base_url(self) -> str:
        return self._settings.connection.address.base

    @property
    def is_anonymous(self) -> bool:
        return self._settings.connection.token is None

    @cached_property
    def anonymous(self) -> CkanLowlevelClient:
        """A client of the same site that sends no token: it sees what any visitor sees. It is closed with this one."""
        return CkanLowlevelClient(self.base_url, settings=self._settings.without_token())

    def run(self, flow: Flow[T]) -> T:
        """Carry a flow through with this client's connection, identity and retries."""
        return run(self._caller.prepared(flow), self._transport)

    def run_all(self, many: Iterable[Flow[T]], *, limit: int, budget: RetryBudget | None = None) -> Iterator[T]:
        """Carry many flows through, at most `limit` (and `max_in_flight`) at once; results come as they are ready.

        How many are under way adapts to how well the server answers (`wire.pacing.Pace`). All of them together spend
        one budget of repetitions: give yours where a run is made of several calls of this. On Ctrl-C, or when you
        stop early, those under way get 30 seconds to end, see `wire.flow.run_all`.
        """
        limit = self._settings.at_most(limit)
        prepared = self._caller.all_prepared(many, limit=limit, budget=budget)
        return run_all(prepared, self._transport, limit=limit, pace=self._settings.pace)

    def request(self, method: str, path: str, *, json: Any = None, query: Mapping[str, str] | None = None) -> Response:
        """Return the answer to a request of your own; `path` is taken below the base URL. Raises as actions do."""
        return self.run(flows.request(method, path, json=json, query=query))

    def close(self) -> None:
        if isinstance(self._transport, _http_transport()):
            self._transport.close()
        if "anonymous" in vars(self):
            self.anonymous.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r}{'' if self.is_anonymous else ', api_key=***'})"

    def whoami(self) -> dict[str, Any]:
        """The token's user, as user_show gives it. Raises NotAuthorized where CKAN does not know the token."""
        return self.run(flows.whoami())

    def list_datasets(self) -> list[str]:
        """The ids of all datasets that the caller may see, private and draft included, in the order of ids."""
        return self.run(flows.list_dataset_ids())

    def iter_datasets(self) -> Iterator[dict[str, Any]]:
        """Each dataset that the caller may see, whole, read by pages of up to 1,000, in the order of ids."""
        after = None
        while True:
            page = self.run(flows.dataset_page(after))
            yield from page.items
            if page.after is None:
                return
            after = page.after

    def get_dataset(self, id: str) -> dict[str, Any]:
        """A dataset by id or name, whatever its state. Raises NotFound, or NotAuthorized for a private one."""
        return self.run(flows.show("dataset", id))

    def post_dataset(self, dataset: _Object) -> dict[str, Any]:
        """Create a dataset."""
        return self.run(flows.create("dataset", dataset))

    def put_dataset(self, dataset: _Object) -> dict[str, Any]:
        """Replace a dataset, found by its `id`. What the data does not hold is lost: prefer the high-level client."""
        return self.run(flows.update("dataset", dataset))

    def delete_dataset(self, id: str, *, ignore_404: bool = True) -> None:
        """Move a dataset to the trash. Give its id: by name, CKAN leaves its memberships behind."""
        self.run(flows.delete("dataset", id, ignore_404=ignore_404))

    def list_groups(self) -> list[str]:
        """The names of all groups, however many."""
        return self.run(flows.list_names("group"))

    def iter_groups(self) -> Iterator[dict[str, Any]]:
        """Each group, by one request each."""
        return map(self.get_group, self.list_groups())

    def get_group(self, id: str) -> dict[str, Any]:
        """A group by id or name, whatever its state, without its datasets."""
        return self.run(flows.show("group", id))

    def post_group(self, group: _Object) -> dict[str, Any]:
        """Create a group."""
        return self.run(flows.create("group", group))

    def put_group(self, group: _Object) -> dict[str, Any]:
        """Replace a group, found by its `id`. Before CKAN 2.12, members that are not in the data are removed."""
        return self.run(flows.update("group", group))

    def delete_group(self, id: str, *, ignore_404: bool = True) -> None:
        """Move a group to the trash; its name stays taken."""
        self.run(flows.delete("group", id, ignore_404=ignore_404))

    def list_organizations(self) -> list[str]:
        """The names of all organizations, however many."""
        return self.run(flows.list_names("organization"))

    def iter_organizations(self) -> Iterator[dict[str, Any]]:
        """Each organization, by one request each."""
        return map(self.get_organization, self.list_organizations())

    def get_organization(self, id: str) -> dict[str, Any]:
        """An organization by id or name, whatever its state, without its datasets."""
        return self.run(flows.show("organization", id))

    def post_organization(self, organization: _Object) -> dict[str, Any]:
        """Create an organization."""
        return self.run(flows.create("organization", organization))

    def put_organization(self, organization: _Object) -> dict[str, Any]:
        """Replace an organization, found by its `id`. Before CKAN 2.12, members not in the data are removed."""
        return self.run(flows.update("organization", organization))

    def delete_organization(self, id: str, *, ignore_404: bool = True) -> None:
        """Move an organization to the trash; its name stays taken. CKAN refuses while it has datasets."""
        self.run(flows.delete("organization", id, ignore_404=ignore_404))

    def list_licenses(self) -> list[dict[str, Any]]:
        """The licenses that this site offers."""
        return self.run(flows.call_for_list("license_list", {}, dict))


class AsyncCkanLowlevelClient:
    """Same as `CkanLowlevelClient`, awaited."""

    def __init__(
        self, base_url: str, api_key: str | None = None, *, transport: AsyncTransport | None = None, **settings: Any
    ) -> None:
        self._settings = Settings.of(base_url, api_key, **settings)
        self._transport = transport or _async_http_transport()(self._settings.connection)
        self._caller = Caller(self._settings)
        self.action: Actions[Awaitable[Any]] = Actions(self.run)

    @property
    def base_url(self) -> str:
        return self._settings.connection.address.base

    @property
    def is_anonymous(self) -> bool:
        return self._settings.connection.token is None

    @cached_property
    def anonymous(self) -> AsyncCkanLowlevelClient:
        """Same as `CkanLowlevelClient.anonymous`."""
        return AsyncCkanLowlevelClient(self.base_url, settings=self._settings.without_token())

    async def run(self, flow: Flow[T]) -> T:
        """Same as `CkanLowlevelClient.run`, awaited."""
        return await run_async(self._caller.prepared(flow), self._transport)

    def run_all(self, many: Iterable[Flow[T]], *, limit: int, budget: RetryBudget | None = None) -> AsyncIterator[T]:
        """Same as `CkanLowlevelClient.run_all`, awaited."""
        from ckan_api_client.wire.tasks import run_all_async  # noqa: PLC0415 - only the awaited one needs asyncio

        limit = self._settings.at_most(limit)
        prepared = self._caller.all_prepared(many, limit=limit, budget=budget)
        return run_all_async(prepared, self._transport, limit=limit, pace=self._settings.pace)

    async def request(
        self, method: str, path: str, *, json: Any = None, query: Mapping[str, str] | None = None
    ) -> Response:
        """Same as `CkanLowlevelClient.request`, awaited."""
        return await self.run(flows.request(method, path, json=json, query=query))

    async def close(self) -> None:
        """Same as `CkanLowlevelClient.close`, awaited."""
        if isinstance(self._transport, _async_http_transport()):
            await self._transport.aclose()
        if "anonymous" in vars(self):
            await self.anonymous.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r}{'' if self.is_anonymous else ', api_key=***'})"

    async def whoami(self) -> dict[str, Any]:
        """Same as `CkanLowlevelClient.whoami`, awaited."""
        return await self.run(flows.whoami())

    async def list_datasets(self) -> list[str]:
        """Same as `CkanLowlevelClient.list_datasets`, awaited."""
        return await self.run(flows.list_dataset_ids())

    async def iter_datasets(self) -> AsyncIterator[dict[str, Any]]:
        """Same as `CkanLowlevelClient.iter_datasets`, awaited."""
        after = None
        while True:
            page = await self.run(flows.dataset_page(after))
            for item in page.items:
                yield item
            if page.after is None:
                return
            after = page.after

    async def get_dataset(self, id: str) -> dict[str, Any]:
        """Same as `CkanLowlevelClient.get_dataset`, awaited."""
        return await self.run(flows.show("dataset", id))

    async def post_dataset(self, dataset: _Object) -> dict[str, Any]:
        """Same as `CkanLowlevelClient.post_dataset`, awaited."""
        return await self.run(flows.create("dataset", dataset))

    async def put_dataset(self, dataset: _Object) -> dict[str, Any]:
        """Same as `CkanLowlevelClient.put_dataset`, awaited."""
        return await self.run(flows.update("dataset", dataset))

    async def delete_dataset(self, id: str, *, ignore_404: bool = True) -> None:
        """Same as `CkanLowlevelClient.delete_dataset`, awaited."""
        await self.run(flows.delete("dataset", id, ignore_404=ignore_404))

    async def list_groups(self) -> list[str]:
        """Same as `CkanLowlevelClient.list_groups`, awaited."""
        return await self.run(flows.list_names("group"))

    async def iter_groups(self) -> AsyncIterator[dict[str, Any]]:
        """Same as `CkanLowlevelClient.iter_groups`, awaited."""
        for name in await self.list_groups():
            yield await self.get_group(name)

    async def get_group(self, id: str) -> dict[str, Any]:
        """Same as `CkanLowlevelClient.get_group`, awaited."""
        return await self.run(flows.show("group", id))

    async def post_group(self, group: _Object) -> dict[str, Any]:
        """Same as `CkanLowlevelClient.post_group`, awaited."""
        return await self.run(flows.create("group", group))

    async def put_group(self, group: _Object) -> dict[str, Any]:
        """Same as `CkanLowlevelClient.put_group`, awaited."""
        return await self.run(flows.update("group", group))

    async def delete_group(self, id: str, *, ignore_404: bool = True) -> None:
        """Same as `CkanLowlevelClient.delete_group`, awaited."""
        await self.run(flows.delete("group", id, ignore_404=ignore_404))

    async def list_organizations(self) -> list[str]:
        """Same as `CkanLowlevelClient.list_organizations`, awaited."""
        return await self.run(flows.list_names("organization"))

    async def iter_organizations(self) -> AsyncIterator[dict[str, Any]]:
        """Same as `CkanLowlevelClient.iter_organizations`, awaited."""
        for name in await self.list_organizations():
            yield await self.get_organization(name)

    async def get_organization(self, id: str) -> dict[str, Any]:
        """Same as `CkanLowlevelClient.get_organization`, awaited."""
        return await self.run(flows.show("organization", id))

    async def post_organization(self, organization: _Object) -> dict[str, Any]:
        """Same as `CkanLowlevelClient.post_organization`, awaited."""
        return await self.run(flows.create("organization", organization))

    async def put_organization(self, organization: _Object) -> dict[str, Any]:
        """Same as `CkanLowlevelClient.put_organization`, awaited."""
        return await self.run(flows.update("organization", organization))

    async def delete_organization(self, id: str, *, ignore_404: bool = True) -> None:
        """Same as `CkanLowlevelClient.delete_organization`, awaited."""
        await self.run(flows.delete("organization", id, ignore_404=ignore_404))

    async def list_licenses(self) -> list[dict[str, Any]]:
        """Same as `CkanLowlevelClient.list_licenses`, awaited."""
        return await self.run(flows.call_for_list("license_list", {}, dict))


def _http_transport() -> type[HttpTransport]:
    from ckan_api_client.transport import HttpTransport  # noqa: PLC0415 - the HTTP library takes longer than all else

    return HttpTransport


def _async_http_transport() -> type[AsyncHttpTransport]:
    from ckan_api_client.transport import AsyncHttpTransport  # noqa: PLC0415 - as above

    return AsyncHttpTransport
