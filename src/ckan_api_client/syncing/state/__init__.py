"""What is remembered between two runs, in one SQLite file for each source and catalog."""

from ckan_api_client.syncing.state.files import default_path
from ckan_api_client.syncing.state.journal import Ended, Entry, RunRecord
from ckan_api_client.syncing.state.lines import Line, Lines
from ckan_api_client.syncing.state.spool import Noted, Row, Spool
from ckan_api_client.syncing.state.store import State, forget

__all__ = ["Ended", "Entry", "Line", "Lines", "Noted", "Row", "RunRecord", "Spool", "State", "default_path", "forget"]
