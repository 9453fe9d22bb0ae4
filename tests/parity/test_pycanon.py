"""The three figures of anonymity against pycanon's, on raw rows.

Pycanon is no dependency of this project. The figures beside each table are those that its release
1.3.6 gives for it (`k_anonymity`, `l_diversity`, `entropy_l_diversity`, `t_closeness`); tables and
the figures marked *published* are from the papers that define them. The definitions are written out
once more below, row by row and class by class as pycanon does, for tables drawn at random.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essex_standard.evidence.equivalence_classes import EquivalenceClasses
from essex_standard.measures.anonymity import closeness
from essex_standard.statistics.anonymity import distinct_l, entropy_l

HEART, VIRAL, CANCER = "Heart Disease", "Viral Infection", "Cancer"

# Machanavajjhala et al. (2007), figure 2: published as 4-anonymous, not diverse.
FOUR_ANONYMOUS = pd.DataFrame(
    {
        "zip": ["130**"] * 4 + ["1485*"] * 4 + ["130**"] * 4,
        "age": ["<30"] * 4 + [">=40"] * 4 + ["3*"] * 4,
        "condition": [HEART, HEART, VIRAL, VIRAL, CANCER, HEART, VIRAL, VIRAL] + [CANCER] * 4,
    }
)
# The same, figure 3: published as 3-diverse.
THREE_DIVERSE = pd.DataFrame(
    {
        "zip": ["1305*"] * 4 + ["1485*"] * 4 + ["1306*"] * 4,
        "age": ["<=40"] * 4 + [">40"] * 4 + ["<=40"] * 4,
        "condition": [
            *(HEART, VIRAL, CANCER, CANCER),
            *(CANCER, HEART, VIRAL, VIRAL),
            *(HEART, VIRAL, CANCER, CANCER),
        ],
    }
)
# Li et al. (2007), table 4: published as 3-diverse, with 0.375 as the distance of its first class.
LOW_SALARIES = pd.DataFrame(
    {
        "zip": ["476**"] * 3 + ["4790*"] * 3 + ["476**"] * 3,
        "age": ["2*"] * 3 + [">=40"] * 3 + ["3*"] * 3,
        "salary": [3, 4, 5, 6, 11, 8, 7, 9, 10],
    }
)
# The same, table 5: published as 0.167-close in salary.
CLOSE_SALARIES = pd.DataFrame(
    {
        "zip": ["4767*"] * 3 + ["4790*"] * 3 + ["4760*"] * 3,
        "age": ["<=40"] * 3 + [">=40"] * 3 + ["<=40"] * 3,
        "salary": [3, 5, 9, 6, 11, 8, 4, 7, 10],
    }
)


def figures(frame, quasi_identifiers, sensitive):
    classes = EquivalenceClasses.of(frame[quasi_identifiers], frame[[sensitive]])
    held = classes.sensitive[sensitive]
    return (
        int(classes.people.min()),
        distinct_l(held.of_class, len(classes.people)),
        entropy_l(held.of_class, held.people),
        closeness(held),
    )


@pytest.mark.parametrize(
    ("frame", "sensitive", "k", "distinct", "by_entropy", "t"),
    [
        (FOUR_ANONYMOUS, "condition", 4, 1, 1, 7 / 12),
        (THREE_DIVERSE, "condition", 4, 3, 2, 1 / 6),
        (LOW_SALARIES, "salary", 3, 3, 3, 0.375),
        (CLOSE_SALARIES, "salary", 3, 3, 3, 1 / 6),
    ],
)
def test_the_tables_of_the_papers_have_the_figures_that_pycanon_gives(
    frame, sensitive, k, distinct, by_entropy, t
):
    found = figures(frame, ["zip", "age"], sensitive)
    assert found[:2] == (k, distinct)
    assert int(found[2] + 1e-9) == by_entropy
    assert found[3] == pytest.approx(t)


def drawn(seed):
    rng = np.random.default_rng(seed)
    n = 500
    return pd.DataFrame(
        {
            "a": rng.choice(list("abc"), n),
            "b": rng.choice(["u", "v"], n, p=[0.9, 0.1]),
            "c": rng.integers(0, 4, n),
            "s": rng.choice(["p", "q", "r"], n, p=[0.6, 0.3, 0.1]),
            "v": rng.integers(0, 9, n) * 10,
        }
    )


@pytest.mark.parametrize(
    ("seed", "columns", "sensitive", "k", "distinct", "by_entropy", "t"),
    [
        (0, "ab", "s", 11, 2, 1, 0.29),
        (0, "ab", "v", 11, 5, 4, 0.18231818181818185),
        (1, "abc", "s", 1, 1, 1, 0.7),
        (1, "ab", "v", 16, 6, 5, 0.11958823529411768),
        (2, "abc", "s", 2, 1, 1, 0.438),
        (2, "abc", "v", 2, 1, 1, 0.46975),
    ],
)
def test_five_hundred_drawn_people_have_the_figures_that_pycanon_gives(
    seed, columns, sensitive, k, distinct, by_entropy, t
):
    found = figures(drawn(seed), list(columns), sensitive)
    assert (found[0], found[1], int(found[2] + 1e-9)) == (k, distinct, by_entropy)
    assert found[3] == pytest.approx(t)


def row_by_row(frame, quasi_identifiers, sensitive):
    """The definitions written out, each class against everybody, value by value."""
    values = sorted(frame[sensitive].unique())
    everybody = np.array([(frame[sensitive] == v).mean() for v in values])
    k, distinct, entropies, distances = [], [], [], []
    for _, alike in frame.groupby(quasi_identifiers):
        share = np.array([(alike[sensitive] == v).mean() for v in values])
        k.append(len(alike))
        distinct.append(alike[sensitive].nunique())
        some = share[share > 0]
        entropies.append(-(some * np.log(some)).sum())
        gap = share - everybody
        if pd.api.types.is_numeric_dtype(frame[sensitive]):
            steps = max(len(values) - 1, 1)
            distances.append(np.abs(np.cumsum(gap)).sum() / steps if len(values) > 1 else 0.0)
        else:
            distances.append(np.abs(gap).sum() / 2)
    return min(k), min(distinct), np.exp(min(entropies)), max(distances)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"),
            st.sampled_from("uvw"),
            st.sampled_from(["p", "q", "r"]),
            st.sampled_from([1.0, 2.0, 5.0, 40.0]),
        ),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(["s", "v"]),
)
def test_any_table_has_the_figures_of_the_definitions_row_by_row(rows, sensitive):
    frame = pd.DataFrame(rows, columns=["a", "b", "s", "v"])
    found = figures(frame, ["a", "b"], sensitive)
    assert found == pytest.approx(row_by_row(frame, ["a", "b"], sensitive))
