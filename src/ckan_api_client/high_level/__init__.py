"""The high-level client: datasets, organizations, groups and resources as objects, written safely."""

from ckan_api_client.high_level.clients import AsyncCkanHighlevelClient, CkanHighlevelClient

__all__ = ["AsyncCkanHighlevelClient", "CkanHighlevelClient"]
