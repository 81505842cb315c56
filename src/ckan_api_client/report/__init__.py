"""What a plan would do, or a run did, to show to people: as a page for the browser, as Markdown, or as JSON."""

from ckan_api_client.report.document import Change, Document, Item, document_of_plan, document_of_run
from ckan_api_client.report.markdown import to_markdown
from ckan_api_client.report.page import to_html

__all__ = ["Change", "Document", "Item", "document_of_plan", "document_of_run", "to_html", "to_markdown"]
