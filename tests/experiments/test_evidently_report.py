"""Evidently's own report: one page that loads nothing, marked for what it is."""

import re

import numpy as np
import pandas as pd
import pytest

from essex_standard.errors import DataError
from essex_standard.experiments.evidently_report import evidently_report

RNG = np.random.default_rng(2)


def people(n, **more):
    return pd.DataFrame(
        {
            "col_marks": np.where(RNG.random(n) < 0.1, np.inf, RNG.normal(size=n)),
            "col_whole": pd.array(RNG.integers(0, 9, n), dtype="Int64"),
            "col_part": pd.Categorical(RNG.choice(["a", "<b>", "</script>c"], n)),
            "col_fact": RNG.random(n) < 0.5,
            "col_day": pd.Timestamp("2024-01-01"),
            "col_empty": [None] * n,
            **more,
        }
    )


@pytest.fixture(scope="module")
def page():
    new = people(300, col_text=[f"note {i}" for i in range(300)])
    old = people(1400, col_text=[f"note {i}" for i in range(1400)])
    return evidently_report(new, old, [*new.columns, "col_absent"])


def test_the_page_says_that_it_is_restricted_before_anything_else(page):
    assert page.split("<body>", 1)[1].startswith("<p style=")
    assert "RESTRICTED. This page holds figures that were not protected" in page


def test_the_page_loads_nothing(page):
    assert re.search(r"<head>\s*<meta http-equiv=\"Content-Security-Policy\"", page)
    assert "default-src 'none'" in page
    assert not re.search(r"<(script|link|img|iframe)\b[^>]*\b(src|href)=\W?(https?:)?//", page)


def test_dates_texts_empty_and_absent_columns_are_left_out(page):
    for column in ("col_marks", "col_whole", "col_part", "col_fact"):
        assert column in page
    for column in ("col_day", "col_text", "col_empty", "col_absent"):
        assert column not in page
    assert "note 7" not in page


def test_a_value_of_a_row_cannot_end_the_script_that_it_is_in(page):
    assert "</script>c" not in page
    assert "‹/script›c" in page or "\\u2039/script\\u203ac" in page


def test_without_a_column_in_common_it_is_refused():
    with pytest.raises(DataError, match="no column could be compared"):
        evidently_report(
            people(20)[["col_marks"]], people(20)[["col_whole"]], ["col_marks", "col_whole"]
        )
