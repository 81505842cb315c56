"""What the embedded CKAN is known to do otherwise than a real one: the test that shows it, and why it is left so."""

DIFFERENCES: dict[str, str] = {
    "test_messages_are_in_the_language_of_the_site": "the embedded CKAN speaks English only",
}
