from typing import Any

import pytest

from ckan_api_client.quirks.numbers import whole_number


@pytest.mark.parametrize(
    ("value", "number"),
    [(10, 10), (10.0, 10), ("10", 10), (" 7 ", 7), ("10.0", 10), (-1, -1), ("0", 0), (2**63 - 1, 2**63 - 1)],
)
def test_whole_numbers(value: Any, number: int) -> None:
    assert whole_number(value) == number


@pytest.mark.parametrize(
    "value",
    [
        True,
        None,
        "",
        "12 kB",
        "1e3",
        "1,000",
        "1_000",
        "\N{ARABIC-INDIC DIGIT ONE}",
        10.5,
        2**63,
        "9" * 19,
        1e30,
        [1],
        "nan",
    ],
)
def test_no_whole_numbers(value: Any) -> None:
    assert whole_number(value) is None
