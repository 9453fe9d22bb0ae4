"""From what copies lost to comparisons, figures and sentences, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essex_standard.evidence.evidence import Evidence
from essex_standard.experiments.fewer_columns import FewerColumns, OneColumn, Step
from essex_standard.experiments.necessity import Found, GroupFound, Loss, Necessity
from essex_standard.measures import MEASURES
from essex_standard.measures.facts import Facts
from essex_standard.measures.necessity import NO_SOURCE, necessity_loss
from essex_standard.statistics.comparison import Scope
from essex_standard.statistics.estimates import Normal

SOURCES = {"council": ("a", "b"), "police": ("c",)}


def facts(necessity, sources=SOURCES, **changed):
    empty = Evidence.of(
        outcome=np.array([0, 1], np.int8),
        flagged=np.array([False, True]),
        scores=np.array([0.1, 0.9]),
    )
    reads = {"columns_read": ("a", "b", "c")}
    return Facts(assessed=empty, necessity=necessity, sources=sources, **(reads | changed))


def loss(name="police", value=0.02, moved=(40, 20), wrongly=(30, 30), groups=(), **changed):
    found = Found(
        people=1_000, moved=moved, moved_wrongly=wrongly,
        loss=Normal((moved[0] - moved[1]) / 1_000, 0.01), net_benefit=Normal(0.01, 0.01),
        groups=groups,
    )  # fmt: skip
    return Loss(name=name, columns=("c",), roc_auc=Normal(value, 0.005), found=found, **changed)


def of(*losses, **changed):
    return Necessity(sources=losses, positives=400, negatives=600, **changed)


def measured(necessity, across="sources", **changed):
    return necessity_loss(facts(necessity, **changed), Scope(across=(across,)))


def told(result, measure):
    return [m for m in result.told if m.measure == measure]


def test_each_source_is_one_comparison_of_its_own_loss():
    result = measured(of(loss("council", 0.2), loss("police", 0.001)))
    assert [(c.name, c.estimate.value, c.n, c.n_versus) for c in result.comparisons] == [
        ("agreement council", 0.2, 400, 600),
        ("agreement police", 0.001, 400, 600),
    ]
    assert not any(c.signed for c in result.comparisons)


def test_people_found_fewer_are_told_of_1000():
    (m,) = told(measured(of(loss())), "found_per_1000_loss")
    assert m.value == pytest.approx(20)
    assert (m.low, m.high) == pytest.approx((20 - 19.6, 20 + 19.6), abs=0.01)


@pytest.mark.parametrize(
    ("moved", "wrongly", "expected"),
    [
        ((40, 20), (30, 30), {"value", "range", "benefit"}),
        ((40, 3), (30, 30), {"value"}),
        ((40, 0), (30, 30), {"value"}),
        ((8, 3), (30, 30), set()),
        ((40, 20), (30, 4), {"value", "range"}),
    ],
)
def test_cells_of_fewer_than_ten_people_are_told_by_nothing(moved, wrongly, expected):
    result = measured(of(loss(moved=moved, wrongly=wrongly)))
    found, benefit = (told(result, f"{m}_per_1000_loss") for m in ("found", "net_benefit"))
    seen = {"value"} if found else set()
    seen |= {"range"} if found and found[0].low is not None else set()
    seen |= {"benefit"} if benefit else set()
    assert seen == expected


def test_where_nothing_is_left_to_go_by_an_empty_cell_is_no_secret():
    (m,) = told(measured(of(loss(moved=(200, 0), nothing_left=True))), "found_per_1000_loss")
    assert m.low is not None


def group(name, positives, with_all, without):
    return GroupFound(
        attribute="sex", group=name, positives=positives, with_all=with_all, without=without
    )


@pytest.mark.parametrize(
    ("without", "few", "expected"), [(40, 10, 2), (5, 10, 0), (40, 50, 0), (95, 10, 0)]
)
def test_groups_are_told_where_each_cell_of_each_holds_enough(without, few, expected):
    groups = (group("F", 100, 60, without), group("M", 300, 200, 190))
    result = measured(of(loss(groups=groups)), min_cell=few)
    found = told(result, "true_positive_rate_loss")
    assert len(found) == expected
    if found:
        assert found[0].value == pytest.approx(0.2)
        assert {m.versus for m in found} == {"police"}


def test_what_is_left_beside_is_told():
    noted = measured(
        of(loss()), sources={"council": ("a", "b"), "health": ("b",), "school": ("z",)}
    ).noted
    assert any("Another agreement covers b of agreement council too" in n for n in noted)
    assert "The model reads no column of agreement school." in noted
    assert any(n.startswith("No agreement in force covers c:") for n in noted)


@pytest.mark.parametrize(
    ("necessity", "changed", "reason"),
    [
        (None, {}, "could not be fitted again"),
        (Necessity(reason="why not"), {}, "why not"),
        (of(loss()), {"sources": {}}, NO_SOURCE),
        (of(), {}, "nothing that one agreement alone supplies"),
    ],
)
def test_what_was_not_tried_is_not_assessed(necessity, changed, reason):
    result = measured(necessity, **changed)
    assert not result.comparisons
    assert reason in result.reason


def test_a_source_that_could_not_be_tried_is_a_gap():
    failed = Loss(name="council", columns=("a",), reason="a copy could not be fitted (ValueError)")
    result = measured(of(loss(), failed))
    assert result.gaps == (
        "Agreement council could not be examined: a copy could not be fitted (ValueError).",
    )
    assert not measured(of(failed)).comparisons


@pytest.mark.parametrize(("copy", "said"), [(0.80, None), (0.75, "worse"), (0.85, "better")])
def test_a_copy_unlike_the_model_is_told(copy, said):
    noted = measured(of(loss(), roc_auc=0.80, copy_roc_auc=copy)).noted
    assert any(f"orders people {said} than the model itself" in n for n in noted) is bool(said)


def by_column(*, either=()):
    return FewerColumns(
        columns=(
            OneColumn(column="a", shuffled=Normal(0.1, 0.01), loss=Normal(0.08, 0.01)),
            OneColumn(column="b", loss=Normal(0.0, 0.001), left_out=True),
            OneColumn(column="c", reason="the time allowed ran out before it was tried"),
        ),
        steps=(Step(column="b", stay=2, loss=Normal(0.0, 0.001)),),
        either=either,
    )


def test_columns_are_compared_told_and_named():
    result = measured(of(by_column=by_column(either=(("b", "a"),)), copy_roc_auc=0.8), "columns")
    assert [c.attribute for c in result.comparisons] == ["a", "b"]
    assert result.gaps[0].startswith("Column c could not be examined: the time allowed")
    assert [(m.attribute, m.value) for m in told(result, "stays_in_smallest_set")] == [
        ("a", 1.0), ("b", 0.0), ("c", 1.0),
    ]  # fmt: skip
    steps = told(result, "roc_auc_of_fewer_columns")
    assert [(m.attribute, m.group, m.value) for m in steps] == [("", "3", 0.8), ("b", "2", 0.8)]
    assert result.noted[0].startswith("Either column b or column a could be left out")
    assert result.noted[1] == "The smallest set of columns found: a and c."


def test_sources_and_columns_asked_together_are_one_family():
    both = Scope(across=("sources", "columns"))
    result = necessity_loss(facts(of(loss(), by_column=by_column())), both)
    assert [c.name for c in result.comparisons] == ["agreement police", "column a", "column b"]


@given(
    st.floats(-0.5, 0.5),
    st.floats(1e-4, 0.2),
    st.integers(0, 200),
    st.integers(0, 200),
)
def test_the_loss_told_is_the_loss_found_and_no_figure_is_invented(value, error, one, other):
    given_loss = loss(value=value, moved=(one, other))
    result = measured(of(given_loss))
    assert result.comparisons[0].estimate.value == value
    for m in told(result, "found_per_1000_loss"):
        assert m.value == pytest.approx(one - other)
        assert max(one, other) >= 10


def test_the_measure_is_gathered_only_where_it_is_asked():
    assert MEASURES["necessity_loss"].needs == {"necessity"}
    assert MEASURES["necessity_loss"].across == ("sources", "columns")
