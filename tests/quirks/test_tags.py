import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.quirks.tags import is_tag, mend_tag, mend_tags


@pytest.mark.parametrize("tag", ["ab", "earth-science", "dataset 2.0", "日本", "é_è", "-a-", "x" * 100])
def test_legal_tags_stay(tag: str) -> None:
    assert is_tag(tag)
    assert mend_tag(tag) == tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("doc/noaa/nesdis/nodc", "doc-noaa-nesdis-nodc"),
        ("digital accuracy (nssda)", "digital accuracy nssda"),
        ("u.s.", "u.s."),
        ("EARTH SCIENCE > OCEANS > SALINITY", "EARTH SCIENCE OCEANS SALINITY"),
        ("Smith & Jones, 2016", "Smith Jones 2016"),
        ("l'eau", "l-eau"),
        ("foo\n", "foo"),
        ("a\N{NO-BREAK SPACE}b", "a b"),
        ("Cafe\N{COMBINING ACUTE ACCENT}", "Café"),
        ("word " * 30, " ".join(["word"] * 20)),
        ("y" * 120, "y" * 100),
    ],
)  # fmt: skip
def test_other_texts_become_the_nearest_tag(text: str, tag: str) -> None:
    assert mend_tag(text) == tag


@pytest.mark.parametrize("text", ["", " ", "x", "/a/", "///", "  \n"])
def test_too_little_is_no_tag(text: str) -> None:
    assert mend_tag(text) is None


def test_tags_that_become_equal_are_one_tag_and_case_counts() -> None:
    assert mend_tags(["a/b", "a-b", "A-B", "", "c d"]) == ["a-b", "A-B", "c d"]


@given(st.text())
def test_a_mended_tag_is_legal(text: str) -> None:
    tag = mend_tag(text)
    assert tag is None or is_tag(tag)
