"""A CKAN client in three layers.

- `ckan_api_client.low_level`: any action of CKAN's Action API;
- `ckan_api_client.high_level`: datasets, organizations, groups and resources as objects;
- `ckan_api_client.syncing`: make a catalog match a source, and nothing else.
"""

__version__ = "1.0.0.dev0"
