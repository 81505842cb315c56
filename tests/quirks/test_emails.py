import pytest

from ckan_api_client.quirks.emails import is_email, mend_email


@pytest.mark.parametrize("text", ["", "a@b", "a@localhost", "contact@agency.example", "o'neil+x@sub.agency.example"])
def test_ckan_takes(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text", ["a", "a@", "A Name <a@b.cd>", ".a@b.cd", "a..b@c.de", "a@b.cd.", "a@b.cd\n", "a@-b.cd", "a b@c.de"]
)
def test_ckan_refuses(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [(" a@b.cd\n", "a@b.cd"), ("mailto:a@b.cd", "a@b.cd"), ("MAILTO: a@b.cd", "a@b.cd"), ("n/a", None)],
)
def test_blanks_and_mailto_are_no_part_of_an_address(text: str, address: str | None) -> None:
    assert mend_email(text) == address
