"""`python -m ckan_api_client.cli`, where the command is not on the path."""

from ckan_api_client.cli.main import main

main()
