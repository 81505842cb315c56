import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.quirks.names import is_name, slug


@pytest.mark.parametrize(
    "name", ["ab", "a" * 100, "00", "a_b-c", "-_", "activity", "harvest-source-ebola-data-call-collection"]
)
def test_legal_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "name",
    ["", "a", "a" * 101, "new", "edit", "search", "Ab", "a b", "ä-b", "ab\n", "a.b", 12, None],
)
def test_illegal_names(name: object) -> None:
    assert not is_name(name)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Übersicht der Straßen, Città d'Arte (2016)", "ubersicht-der-strassen-citta-darte-2016"),
        ("ERDAS Imagine *.img format", "erdas-imagine-img-format"),
        ("Łódź, Ærø & Đakovo", "lodz-aero-dakovo"),
        ("--a__b--", "a__b"),
        ("日本", ""),
        ("x", "x"),
        ("word " * 30, "-".join(["word"] * 20)),
        ("y" * 120, "y" * 100),
    ],
)  # fmt: skip
def test_a_slug_is_what_a_person_would_type(title: str, name: str) -> None:
    assert slug(title) == name


@given(st.text())
def test_a_slug_is_a_name_or_too_short_or_reserved(title: str) -> None:
    name = slug(title)
    assert is_name(name) or len(name) < 2 or name in {"new", "edit", "search"}
    assert slug(name) == name
