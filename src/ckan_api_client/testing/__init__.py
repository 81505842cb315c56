"""An embedded CKAN-compatible server for tests. Imports nothing of the rest of the package."""
