import numpy as np
import pandas as pd
import pytest

from essex_standard import assess
from essex_standard.evidence.evidence import Evidence
from essex_standard.experiments.dates import DatedColumn
from essex_standard.measures.facts import Facts
from essex_standard.measures.leakage import dated_after_decision_share
from essex_standard.measures.unweighted import EACH_ONCE, unweighted
from essex_standard.statistics.comparison import Scope
from tests.helpers import AS_OF, ROOT, write_standard

SCOPE = Scope(across=("columns",))
DATES = (DatedColumn(column="seen", n=900, later=9),)


def evidence(**given):
    return Evidence.of(
        outcome=(np.arange(1000) % 2).astype(np.int8), scores=np.linspace(0, 1, 1000), **given
    )


def noted(assessed, dated=DATES):
    facts = Facts(assessed=assessed, columns_read=("seen",), dated=dated)
    return unweighted(dated_after_decision_share)(facts, SCOPE).noted


def test_it_is_said_where_weights_are_given_and_something_was_found():
    heavy = evidence(weights=np.ones(1000))
    assert noted(heavy) == (EACH_ONCE,)
    assert noted(evidence(weights=np.ones(1000), threshold=0.5)) == (EACH_ONCE,)
    assert noted(evidence()) == ()
    assert noted(heavy, dated=()) == ()


def score(X):
    """By need, and by sex a little."""
    return np.clip(X["need"] + 0.1 * (X["sex"] == "F"), 0, 1).to_numpy()


@pytest.mark.parametrize("weighted", [True, False])
def test_a_board_reads_it_beside_each_of_them(tmp_path, weighted):
    rng = np.random.default_rng(3)
    need = rng.random(1200)
    frame = pd.DataFrame({"need": need, "sex": rng.choice(["F", "M"], 1200)})
    names = ("outcome_order", "outcome_given_away", "consistency", "protected_columns_flipped")
    checks = {
        str(path.relative_to(ROOT / "checks")): path.read_text()
        for name in names
        for path in (ROOT / "checks").rglob(f"{name}.toml")
    }
    assert len(checks) == len(names)
    found = assess(
        score, frame, (rng.random(1200) < need).astype(int), protected=["sex"], threshold=0.5,
        standard=write_standard(tmp_path, checks), as_of=AS_OF,
        weights=rng.uniform(0.5, 2, 1200) if weighted else None,
    )  # fmt: skip
    judged = [f for f in found.findings if f.measurements]
    assert len(judged) == len(names)
    assert {f.check: EACH_ONCE in f.details for f in judged} == {f.check: weighted for f in judged}
