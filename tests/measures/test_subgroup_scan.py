from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from essex_standard.assessment import Outcome
from essex_standard.evidence.banding import resolve_bands
from essex_standard.evidence.cross_table import CrossTable
from essex_standard.evidence.evidence import cluster_buckets
from essex_standard.measures.subgroup_scan import (
    NO_SUBGROUP,
    TOO_SMALL,
    Searched,
    subgroup_scan,
)
from essex_standard.standard.check import Check
from essex_standard.standard.judge import judge
from essex_standard.statistics.comparison import Scope
from tests.measures.people import facts

SCOPE = Scope(minimum=1000)


def population(n=8000, excess=0.0, seed=0, few=None):
    """Return columns, scores and outcomes; women of the east have `excess` more than they say."""
    rng = np.random.default_rng(seed)
    columns = pd.DataFrame(
        {
            "sex": rng.choice(["F", "M"], n),
            "area": rng.choice(["east", "north", "south", "west"], n),
            "benefit": rng.choice(["none", "some"], n),
        }
    )
    if few is not None:
        columns.loc[:few, "area"] = "east"
        columns.loc[few:, "area"] = rng.choice(["north", "south", "west"], n - few)
    scores = expit(rng.normal(-1, 1, n))
    inside = ((columns["sex"] == "F") & (columns["area"] == "east")).to_numpy()
    y = rng.random(n) < np.clip(scores + excess * inside, 0, 1)
    return columns, scores, y.astype(np.int8)


def found_in(columns, scores, y, scope=SCOPE, *, clusters=None, score_kind="probability", **kwargs):
    bands = resolve_bands({"sex": columns["sex"].to_numpy(object)}, columns)
    crossed = CrossTable.of(
        bands, [columns[b.name] for b in bands], y, flagged=scores >= 0.5, scores=scores,
        kind=score_kind, buckets=None if clusters is None else cluster_buckets(clusters),
    )  # fmt: skip
    given = facts(scores=scores, y=y, score_kind=score_kind)
    return subgroup_scan(replace(given, crossed=crossed, **kwargs), scope)


def outcome_of(measured):
    check = Check(
        id="BIAS-41", title="Simulated", question="Any?", measure="subgroup_scan", level="refer",
        limit={"at_most": 0.10}, evidence={"minimum": 1000},
    )  # fmt: skip
    return judge(check, measured).outcome


def test_the_subgroup_that_was_planted_is_named_and_not_met():
    columns, scores, y = population(excess=0.3)
    measured = found_in(columns, scores, y)
    more, fewer = measured.comparisons
    assert (more.attribute, more.group) == ("area & sex", "east & F")
    inside = ((columns["sex"] == "F") & (columns["area"] == "east")).to_numpy()
    observed, expected = measured.told[:2]
    assert observed.value == pytest.approx(y[inside].mean())
    assert observed.n == inside.sum()
    assert more.estimate.value == pytest.approx(observed.value - expected.value)
    # What everyone with the same score has includes the subgroup itself.
    assert expected.value == pytest.approx(scores[inside].mean() + 0.3 / 8, abs=0.02)
    assert fewer.estimate.value <= 0
    assert outcome_of(measured) is Outcome.NOT_MET


def test_a_clean_model_with_data_enough_is_met():
    measured = found_in(*population(n=20_000))
    assert [c.name for c in measured.comparisons] == [NO_SUBGROUP, NO_SUBGROUP]
    assert [c.estimate.value for c in measured.comparisons] == [0, 0]
    assert outcome_of(measured) is Outcome.MET
    assert any(
        "all combinations of the values of sex, area and benefit" in n for n in measured.noted
    )


def test_a_clean_model_with_few_data_cannot_be_told():
    measured = found_in(*population(n=1500), Scope(minimum=100))
    assert outcome_of(measured) is Outcome.UNCERTAIN


def test_scores_too_bold_for_everybody_are_no_subgroup():
    columns, scores, y = population(n=10_000)
    bold = expit(2.5 * np.log(scores / (1 - scores)) + 0.5)
    measured = found_in(columns, bold, y)
    assert [c.name for c in measured.comparisons] == [NO_SUBGROUP, NO_SUBGROUP]


def test_unbounded_scores_are_searched_like_probabilities():
    columns, scores, y = population(excess=0.3)
    measured = found_in(columns, 10 * np.log(scores / (1 - scores)), y, score_kind="unbounded")
    assert measured.comparisons[0].group == "east & F"


def test_a_subgroup_of_a_handful_is_found_and_not_named():
    columns, scores, y = population(few=60)
    y[:60] = 1
    measured = found_in(columns, scores, y)
    more = measured.comparisons[0]
    assert more.estimate.is_found
    assert (more.name, more.attribute, more.group) == (TOO_SMALL, "", "")
    assert not [m for m in measured.told if m.value > 0.9]
    assert "east" not in " ".join(measured.noted)


def test_agreements_may_ask_for_larger_cells_before_a_subgroup_is_named():
    columns, scores, y = population(excess=0.3)
    assert found_in(columns, scores, y, min_cell=400).comparisons[0].name == TOO_SMALL


def test_what_harms_most_is_told_first():
    class Declared:
        polarity = "intrusive"

    measured = found_in(*population(), submission=Declared())
    assert [c.estimate.direction for c in measured.comparisons] == [-1, 1]
    assert [c.worse_off for c in measured.comparisons] == [True, False]


def test_families_shrink_what_a_score_says():
    columns, scores, _ = population(n=6000)
    family = np.repeat(np.arange(1500), 4)
    alike = np.random.default_rng(1).random(1500)[family]
    y = (alike < scores).astype(np.int8)
    bands = resolve_bands({}, columns)
    table = CrossTable.of(
        bands, [columns[b.name] for b in bands], y, flagged=scores >= 0.5, scores=scores,
        buckets=cluster_buckets(family.astype(str)),
    )  # fmt: skip
    assert 2 < Searched.of(table, seed=0).people.design_effect < 5
    alone = np.arange(6000).astype(str)
    rng = np.random.default_rng(2)
    table = CrossTable.of(
        bands, [columns[b.name] for b in bands], (rng.random(6000) < scores).astype(np.int8),
        flagged=scores >= 0.5, scores=scores, buckets=cluster_buckets(alone),
    )  # fmt: skip
    assert Searched.of(table, seed=0).people.design_effect < 1.5


def test_without_outcomes_columns_or_enough_events_nothing_is_assessed():
    columns, scores, y = population(n=500)
    given = facts(scores=scores, y=y)
    assert "crossed" in subgroup_scan(given, SCOPE).reason
    unknown = np.full(500, 2, np.int8)
    assert "no outcome" in found_in(columns, scores, unknown).reason
    rare = np.zeros(500, np.int8)
    rare[:9] = 1
    assert "fewer than 50" in found_in(columns, scores, rare).reason


def test_a_population_below_the_minimum_is_not_assessed():
    assert outcome_of(found_in(*population(n=700))) is Outcome.NOT_ASSESSED
