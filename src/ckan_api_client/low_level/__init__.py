"""The low-level client: any action of CKAN's Action API; arguments in, result out, errors raised."""

from ckan_api_client.low_level.clients import AsyncCkanLowlevelClient, CkanLowlevelClient

__all__ = ["AsyncCkanLowlevelClient", "CkanLowlevelClient"]
