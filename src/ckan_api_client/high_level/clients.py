"""The high-level clients: shells around the flows, one line a method."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Self, TypeVar

from ckan_api_client.high_level import datasets, groups, resources
from ckan_api_client.low_level import AsyncCkanLowlevelClient, CkanLowlevelClient
from ckan_api_client.low_level.flows import dataset_page, list_dataset_ids, list_names, list_summaries
from ckan_api_client.objects import CkanDataset, CkanGroup, CkanOrganization, CkanResource
from ckan_api_client.wire.messages import Flow

T = TypeVar("T")

_Data = Mapping[str, Any]
_File = Path | str | BinaryIO


class CkanHighlevelClient:
    """Datasets, organizations, groups and resources of a CKAN, as objects; plain dicts are taken as well.

    Updates write what changed and nothing else, and never lose what they do not mention. What CKAN changes or drops
    of what it is sent is told by a BadApiWarning, or by OperationFailure with `fail_on_inconsistency`.

    `base_url`, `api_key` and further settings: see `CkanLowlevelClient`. May be shared by threads.
    """

    def __init__(
        self, base_url: str, api_key: str | None = None, *, fail_on_inconsistency: bool = False, **settings: Any
    ) -> None:
        self.low_level = CkanLowlevelClient(base_url, api_key, **settings)
        self._strict = fail_on_inconsistency

    def _run(self, flow: Flow[T]) -> T:
        return self.low_level.run(flow)

    def close(self) -> None:
        self.low_level.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.low_level.base_url!r})"

    def list_datasets(self) -> list[str]:
        """The ids of all datasets that the caller may see, private and draft included, in the order of ids."""
        return self._run(list_dataset_ids())

    def iter_datasets(self) -> Iterator[CkanDataset]:
        """Each dataset that the caller may see, in the order of ids, read by pages of up to 1,000.

        The pages come from the search index, which may lag behind the database; `get_dataset` reads one as it is.
        """
        after = None
        while True:
            page = self._run(dataset_page(after))
            yield from map(CkanDataset, page.items)
            if page.after is None:
                return
            after = page.after

    def get_dataset(self, id: str, *, allow_deleted: bool = False) -> CkanDataset:
        """A dataset by its id. Raises NotFound for what is absent, deleted (unless allowed), or hidden."""
        return self._run(datasets.get_dataset(id, by="id", allow_deleted=allow_deleted, anonymous=self._anonymous))

    def get_dataset_by_name(self, name: str, *, allow_deleted: bool = False) -> CkanDataset:
        """A dataset by its name; otherwise as `get_dataset`."""
        return self._run(datasets.get_dataset(name, by="name", allow_deleted=allow_deleted, anonymous=self._anonymous))

    def save_dataset(self, dataset: CkanDataset | _Data) -> CkanDataset:
        """Update a dataset that has an id, create one that has none."""
        return self.update_dataset(dataset) if dataset.get("id") else self.create_dataset(dataset)

    def create_dataset(self, dataset: CkanDataset | _Data) -> CkanDataset:
        """The dataset that CKAN made. Raises ValidationError, or NameTaken where the name is in use."""
        return self._run(datasets.create_dataset(dataset, strict=self._strict))

    def update_dataset(self, dataset: CkanDataset | _Data) -> CkanDataset:
        """The dataset after what changed in the object (or what a plain dict holds) was written, and nothing else.

        Raises OperationFailure where someone else changed the same field to another value meanwhile.
        """
        return self._run(datasets.update_dataset(dataset, strict=self._strict))

    def delete_dataset(self, id: str) -> None:
        """Move a dataset to the trash. What is there already, or never was, is no error."""
        self._run(datasets.delete_dataset(id))

    def wipe_dataset(self, id: str) -> None:
        """Move a dataset to the trash under another name, so that its own is free again."""
        self._run(datasets.wipe_dataset(id))

    def list_organizations(self) -> list[str]:
        """The ids of all organizations, however many."""
        return [str(item["id"]) for item in self._run(list_summaries("organization"))]

    def list_organization_names(self) -> list[str]:
        """The names of all organizations, however many."""
        return self._run(list_names("organization"))

    def iter_organizations(self) -> Iterator[CkanOrganization]:
        """Each organization, by one request each."""
        return map(self.get_organization_by_name, self.list_organization_names())

    def get_organization(self, id: str, *, allow_deleted: bool = False) -> CkanOrganization:
        """An organization by its id. Raises NotFound for what is absent, or deleted (unless allowed)."""
        return self._run(
            groups.get_group(CkanOrganization, id, by="id", allow_deleted=allow_deleted, anonymous=self._anonymous)
        )

    def get_organization_by_name(self, name: str, *, allow_deleted: bool = False) -> CkanOrganization:
        """An organization by its name; otherwise as `get_organization`."""
        return self._run(
            groups.get_group(CkanOrganization, name, by="name", allow_deleted=allow_deleted, anonymous=self._anonymous)
        )

    def save_organization(self, organization: CkanOrganization | _Data) -> CkanOrganization:
        """Update an organization that has an id, create one that has none."""
        return (
            self.update_organization(organization) if organization.get("id") else self.create_organization(organization)
        )

    def create_organization(self, organization: CkanOrganization | _Data) -> CkanOrganization:
        """The organization that CKAN made. Raises NameTaken: even deleted ones keep their names."""
        return self._run(groups.create_group(CkanOrganization, organization, strict=self._strict))

    def update_organization(self, organization: CkanOrganization | _Data) -> CkanOrganization:
        """The organization after what changed in the object was written; members and datasets stay."""
        return self._run(groups.update_group(CkanOrganization, organization, strict=self._strict))

    def delete_organization(self, id: str) -> None:
        """Move an organization to the trash; its name stays taken. What is there already is no error."""
        self._run(groups.delete_group(CkanOrganization, id))

    def list_groups(self) -> list[str]:
        """The ids of all groups, however many."""
        return [str(item["id"]) for item in self._run(list_summaries("group"))]

    def list_group_names(self) -> list[str]:
        """The names of all groups, however many."""
        return self._run(list_names("group"))

    def iter_groups(self) -> Iterator[CkanGroup]:
        """Each group, by one request each."""
        return map(self.get_group_by_name, self.list_group_names())

    def get_group(self, id: str, *, allow_deleted: bool = False) -> CkanGroup:
        """A group by its id. Raises NotFound for what is absent, or deleted (unless allowed)."""
        return self._run(
            groups.get_group(CkanGroup, id, by="id", allow_deleted=allow_deleted, anonymous=self._anonymous)
        )

    def get_group_by_name(self, name: str, *, allow_deleted: bool = False) -> CkanGroup:
        """A group by its name; otherwise as `get_group`."""
        return self._run(
            groups.get_group(CkanGroup, name, by="name", allow_deleted=allow_deleted, anonymous=self._anonymous)
        )

    def save_group(self, group: CkanGroup | _Data) -> CkanGroup:
        """Update a group that has an id, create one that has none."""
        return self.update_group(group) if group.get("id") else self.create_group(group)

    def create_group(self, group: CkanGroup | _Data) -> CkanGroup:
        """The group that CKAN made. Raises NameTaken for a name in use: deleted ones keep theirs."""
        return self._run(groups.create_group(CkanGroup, group, strict=self._strict))

    def update_group(self, group: CkanGroup | _Data) -> CkanGroup:
        """The group after what changed in the object was written; members and datasets stay."""
        return self._run(groups.update_group(CkanGroup, group, strict=self._strict))

    def delete_group(self, id: str) -> None:
        """Move a group to the trash; its name stays taken. What is there already is no error."""
        self._run(groups.delete_group(CkanGroup, id))

    def get_resource(self, id: str) -> CkanResource:
        """A resource by its id. Raises NotFound for what is absent or deleted."""
        return self._run(resources.get_resource(id, anonymous=self._anonymous))

    def save_resource(self, resource: CkanResource | _Data, *, upload: _File | None = None) -> CkanResource:
        """Update a resource that has an id, add one that has none."""
        if resource.get("id"):
            return self.update_resource(resource, upload=upload)
        return self.create_resource(resource, upload=upload)

    def create_resource(self, resource: CkanResource | _Data, *, upload: _File | None = None) -> CkanResource:
        """The resource added to the dataset in its `package_id`; `upload` is a file's path, or an open binary file."""
        return self._run(resources.create_resource(resource, upload=upload, strict=self._strict))

    def update_resource(self, resource: CkanResource | _Data, *, upload: _File | None = None) -> CkanResource:
        """The resource after what changed in it was written; with `upload`, its file is replaced."""
        return self._run(resources.update_resource(resource, upload=upload, strict=self._strict))

    def delete_resource(self, id: str) -> None:
        """Remove a resource from its dataset. What is gone already is no error."""
        self._run(resources.delete_resource(id))

    @property
    def _anonymous(self) -> bool:
        return self.low_level.is_anonymous


class AsyncCkanHighlevelClient:
    """Same as `CkanHighlevelClient`, awaited."""

    def __init__(
        self, base_url: str, api_key: str | None = None, *, fail_on_inconsistency: bool = False, **settings: Any
    ) -> None:
        self.low_level = AsyncCkanLowlevelClient(base_url, api_key, **settings)
        self._strict = fail_on_inconsistency

    async def _run(self, flow: Flow[T]) -> T:
        return await self.low_level.run(flow)

    async def close(self) -> None:
        await self.low_level.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.low_level.base_url!r})"

    async def list_datasets(self) -> list[str]:
        """Same as `CkanHighlevelClient.list_datasets`, awaited."""
        return await self._run(list_dataset_ids())

    async def iter_datasets(self) -> AsyncIterator[CkanDataset]:
        """Same as `CkanHighlevelClient.iter_datasets`, awaited."""
        after = None
        while True:
            page = await self._run(dataset_page(after))
            for item in page.items:
                yield CkanDataset(item)
            if page.after is None:
                return
            after = page.after

    async def get_dataset(self, id: str, *, allow_deleted: bool = False) -> CkanDataset:
        """Same as `CkanHighlevelClient.get_dataset`, awaited."""
        return await self._run(
            datasets.get_dataset(id, by="id", allow_deleted=allow_deleted, anonymous=self._anonymous)
        )

    async def get_dataset_by_name(self, name: str, *, allow_deleted: bool = False) -> CkanDataset:
        """Same as `CkanHighlevelClient.get_dataset_by_name`, awaited."""
        return await self._run(
            datasets.get_dataset(name, by="name", allow_deleted=allow_deleted, anonymous=self._anonymous)
        )

    async def save_dataset(self, dataset: CkanDataset | _Data) -> CkanDataset:
        """Same as `CkanHighlevelClient.save_dataset`, awaited."""
        return await self.update_dataset(dataset) if dataset.get("id") else await self.create_dataset(dataset)

    async def create_dataset(self, dataset: CkanDataset | _Data) -> CkanDataset:
        """Same as `CkanHighlevelClient.create_dataset`, awaited."""
        return await self._run(datasets.create_dataset(dataset, strict=self._strict))

    async def update_dataset(self, dataset: CkanDataset | _Data) -> CkanDataset:
        """Same as `CkanHighlevelClient.update_dataset`, awaited."""
        return await self._run(datasets.update_dataset(dataset, strict=self._strict))

    async def delete_dataset(self, id: str) -> None:
        """Same as `CkanHighlevelClient.delete_dataset`, awaited."""
        await self._run(datasets.delete_dataset(id))

    async def wipe_dataset(self, id: str) -> None:
        """Same as `CkanHighlevelClient.wipe_dataset`, awaited."""
        await self._run(datasets.wipe_dataset(id))

    async def list_organizations(self) -> list[str]:
        """Same as `CkanHighlevelClient.list_organizations`, awaited."""
        return [str(item["id"]) for item in await self._run(list_summaries("organization"))]

    async def list_organization_names(self) -> list[str]:
        """Same as `CkanHighlevelClient.list_organization_names`, awaited."""
        return await self._run(list_names("organization"))

    async def iter_organizations(self) -> AsyncIterator[CkanOrganization]:
        """Same as `CkanHighlevelClient.iter_organizations`, awaited."""
        for name in await self.list_organization_names():
            yield await self.get_organization_by_name(name)

    async def get_organization(self, id: str, *, allow_deleted: bool = False) -> CkanOrganization:
        """Same as `CkanHighlevelClient.get_organization`, awaited."""
        return await self._run(
            groups.get_group(CkanOrganization, id, by="id", allow_deleted=allow_deleted, anonymous=self._anonymous)
        )

    async def get_organization_by_name(self, name: str, *, allow_deleted: bool = False) -> CkanOrganization:
        """Same as `CkanHighlevelClient.get_organization_by_name`, awaited."""
        return await self._run(
            groups.get_group(CkanOrganization, name, by="name", allow_deleted=allow_deleted, anonymous=self._anonymous)
        )

    async def save_organization(self, organization: CkanOrganization | _Data) -> CkanOrganization:
        """Same as `CkanHighlevelClient.save_organization`, awaited."""
        return (
            await self.update_organization(organization)
            if organization.get("id")
            else await self.create_organization(organization)
        )

    async def create_organization(self, organization: CkanOrganization | _Data) -> CkanOrganization:
        """Same as `CkanHighlevelClient.create_organization`, awaited."""
        return await self._run(groups.create_group(CkanOrganization, organization, strict=self._strict))

    async def update_organization(self, organization: CkanOrganization | _Data) -> CkanOrganization:
        """Same as `CkanHighlevelClient.update_organization`, awaited."""
        return await self._run(groups.update_group(CkanOrganization, organization, strict=self._strict))

    async def delete_organization(self, id: str) -> None:
        """Same as `CkanHighlevelClient.delete_organization`, awaited."""
        await self._run(groups.delete_group(CkanOrganization, id))

    async def list_groups(self) -> list[str]:
        """Same as `CkanHighlevelClient.list_groups`, awaited."""
        return [str(item["id"]) for item in await self._run(list_summaries("group"))]

    async def list_group_names(self) -> list[str]:
        """Same as `CkanHighlevelClient.list_group_names`, awaited."""
        return await self._run(list_names("group"))

    async def iter_groups(self) -> AsyncIterator[CkanGroup]:
        """Same as `CkanHighlevelClient.iter_groups`, awaited."""
        for name in await self.list_group_names():
            yield await self.get_group_by_name(name)

    async def get_group(self, id: str, *, allow_deleted: bool = False) -> CkanGroup:
        """Same as `CkanHighlevelClient.get_group`, awaited."""
        return await self._run(
            groups.get_group(CkanGroup, id, by="id", allow_deleted=allow_deleted, anonymous=self._anonymous)
        )

    async def get_group_by_name(self, name: str, *, allow_deleted: bool = False) -> CkanGroup:
        """Same as `CkanHighlevelClient.get_group_by_name`, awaited."""
        return await self._run(
            groups.get_group(CkanGroup, name, by="name", allow_deleted=allow_deleted, anonymous=self._anonymous)
        )

    async def save_group(self, group: CkanGroup | _Data) -> CkanGroup:
        """Same as `CkanHighlevelClient.save_group`, awaited."""
        return await self.update_group(group) if group.get("id") else await self.create_group(group)

    async def create_group(self, group: CkanGroup | _Data) -> CkanGroup:
        """Same as `CkanHighlevelClient.create_group`, awaited."""
        return await self._run(groups.create_group(CkanGroup, group, strict=self._strict))

    async def update_group(self, group: CkanGroup | _Data) -> CkanGroup:
        """Same as `CkanHighlevelClient.update_group`, awaited."""
        return await self._run(groups.update_group(CkanGroup, group, strict=self._strict))

    async def delete_group(self, id: str) -> None:
        """Same as `CkanHighlevelClient.delete_group`, awaited."""
        await self._run(groups.delete_group(CkanGroup, id))

    async def get_resource(self, id: str) -> CkanResource:
        """Same as `CkanHighlevelClient.get_resource`, awaited."""
        return await self._run(resources.get_resource(id, anonymous=self._anonymous))

    async def save_resource(self, resource: CkanResource | _Data, *, upload: _File | None = None) -> CkanResource:
        """Same as `CkanHighlevelClient.save_resource`, awaited."""
        if resource.get("id"):
            return await self.update_resource(resource, upload=upload)
        return await self.create_resource(resource, upload=upload)

    async def create_resource(self, resource: CkanResource | _Data, *, upload: _File | None = None) -> CkanResource:
        """Same as `CkanHighlevelClient.create_resource`, awaited."""
        return await self._run(resources.create_resource(resource, upload=upload, strict=self._strict))

    async def update_resource(self, resource: CkanResource | _Data, *, upload: _File | None = None) -> CkanResource:
        """Same as `CkanHighlevelClient.update_resource`, awaited."""
        return await self._run(resources.update_resource(resource, upload=upload, strict=self._strict))

    async def delete_resource(self, id: str) -> None:
        """Same as `CkanHighlevelClient.delete_resource`, awaited."""
        await self._run(resources.delete_resource(id))

    @property
    def _anonymous(self) -> bool:
        return self.low_level.is_anonymous
