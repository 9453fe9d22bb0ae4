import pytest

from essex_standard.evidence.evidence import Evidence
from essex_standard.experiments.column_effect import ColumnEffect, ColumnEffects
from essex_standard.measures.facts import Facts
from essex_standard.measures.unused import passed_and_unused
from essex_standard.models.used import ColumnsTraced
from essex_standard.statistics.comparison import Scope

SCOPE = Scope(across=("columns",))


def look(traced, *, read=(), moved=None):
    effects = None
    if moved is not None:
        effects = ColumnEffects(
            effects=tuple(
                ColumnEffect(column=c, n=9, moved=m, reason="") for c, m in moved.items()
            ),
            rows=9, n=9, seed=1, repeats=1,
        )  # fmt: skip
    facts = Facts(assessed=Evidence(rows=9), columns_read=read, traced=traced, effects=effects)
    return passed_and_unused(facts, SCOPE)


def test_a_column_never_used_is_told_with_where_it_is_lost():
    traced = ColumnsTraced(passed=("a", "b", "c", "d"), used=("a",))
    measured = look(traced, read=("a", "b", "c"))
    assert {c.attribute: c.estimate.value for c in measured.comparisons} == {
        "a": 0, "b": 1, "c": 1, "d": 1,
    }  # fmt: skip
    assert measured.noted[0] == "No step of the model reads d."
    assert measured.noted[1].startswith("b and c are read by a step")
    assert not measured.gaps


UNTRACED = ColumnsTraced(
    passed=("a", "b"),
    used=("a", "b"),
    untraced=("The step X cannot be looked into: every column it is given counts as read.",),
)


def test_what_could_not_be_traced_is_a_gap_and_no_pass():
    assert look(UNTRACED).gaps == (
        "The step X cannot be looked into: every column it is given counts as used.",
    )


@pytest.mark.parametrize(("moved", "gaps"), [({"a": 3, "b": 1}, 0), ({"a": 3, "b": 0}, 1)])
def test_columns_that_move_scores_are_used_whatever_the_structure_hides(moved, gaps):
    assert len(look(UNTRACED, moved=moved).gaps) == gaps


def test_ready_scores_say_nothing_of_columns():
    assert "not known" in look(None).reason
    assert "no column" in look(ColumnsTraced(passed=(), used=())).reason
