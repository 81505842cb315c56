"""What the embedded CKAN is known to do otherwise than a real one: the test that shows it, and why it is left so."""

DIFFERENCES: dict[str, str] = {}
