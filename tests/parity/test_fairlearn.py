"""Every rate and gap from compressed tables against Fairlearn's MetricFrame on the raw rows."""

import warnings

import numpy as np
import pandas as pd
import pytest
from fairlearn import metrics as fl
from sklearn.metrics import accuracy_score, precision_score

from essex_standard.evidence import frames
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.group_table import CELLS
from essex_standard.measures.bias import group_rate, rate_difference, rate_ratio
from essex_standard.measures.equalized_odds import equalized_odds_difference
from essex_standard.measures.facts import Facts
from essex_standard.measures.fairlearn_rates import fairlearn_rates
from essex_standard.statistics.comparison import Scope


def false_discovery_rate(y_true, y_pred, sample_weight=None):
    return 1 - precision_score(y_true, y_pred, sample_weight=sample_weight)


def false_omission_rate(y_true, y_pred, sample_weight=None):
    return 1 - precision_score(1 - y_true, 1 - y_pred, sample_weight=sample_weight)


def outcome_prevalence(y_true, y_pred, sample_weight=None):
    return fl.selection_rate(y_pred, y_true, sample_weight=sample_weight)


RAW = {
    "selection_rate": fl.selection_rate,
    "true_positive_rate": fl.true_positive_rate,
    "false_negative_rate": fl.false_negative_rate,
    "false_positive_rate": fl.false_positive_rate,
    "true_negative_rate": fl.true_negative_rate,
    "positive_predictive_value": precision_score,
    "false_discovery_rate": false_discovery_rate,
    "false_omission_rate": false_omission_rate,
    "accuracy": accuracy_score,
    "outcome_prevalence": outcome_prevalence,
}

# One label is 1 and another "1" with a blank, which are one group to us.
GROUPINGS = {
    "letters": ["a", "b", "c", "d"],
    "numbers": [1, 2, 3, 4],
    "numbers as text": ["1", "10", "2", "-3"],
    "awkward text": ['O\'Neill, "x"', "עברית", "Ünïcødé", "a: b, c"],
    "yes and no": [True, False, True, False],
}


def people(grouping="letters", *, n=3000, seed=0, weighted=False, few=False):
    rng = np.random.default_rng(seed)
    labels = GROUPINGS[grouping]
    group = np.empty(n, dtype=object)
    group[:] = [labels[i] for i in rng.choice(4, n, p=[0.6, 0.3, 0.09, 0.01])]
    y = (rng.random(n) < 0.3).astype(int)
    if few:
        y[group == labels[3]] = 0  # a group without positives
        y[group == labels[2]] = 1  # and one without negatives
    decision = (rng.random(n) < 0.2 + 0.4 * y).astype(int)
    other = rng.choice(["x", "y"], n)
    frame = pd.DataFrame({"group": pd.Series(group), "other": other})
    return y, decision, frame, rng.choice([0.2, 1.0, 4.5], n) if weighted else None


def evidence(y, decision, frame, weights=None):
    return Evidence.of(
        outcome=frames.outcome_codes(y, positive=()),
        flagged=decision.astype(bool),
        protected={c: frames.labels(frame[c], name=c) for c in frame},
        weights=weights,
    )


def raw_frame(y, decision, features, weights=None, rates=RAW):
    parameters = None
    if weights is not None:
        parameters = {m: {"sample_weight": weights} for m in rates}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of empty denominators
        return fl.MetricFrame(
            metrics=dict(rates), y_true=y, y_pred=decision, sensitive_features=features,
            sample_params=parameters,
        )  # fmt: skip


def test_every_rate_we_have_is_held_against_the_library():
    assert set(RAW) == set(CELLS)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("grouping", GROUPINGS)
def test_rates_of_each_group_are_fairlearns_on_raw_rows(grouping, weighted):
    y, decision, frame, weights = people(grouping, weighted=weighted)
    ours = fairlearn_rates(evidence(y, decision, frame, weights).groups["group"])
    raw = raw_frame(y, decision, frame["group"].astype(str), weights).by_group
    assert sorted(ours.index) == sorted(raw.index)
    for rate in RAW:
        for group in raw.index:
            assert ours[rate][group] == pytest.approx(raw[rate][group], abs=1e-12), rate


@pytest.mark.parametrize("weighted", [False, True])
def test_our_own_counts_give_fairlearns_rates(weighted):
    y, decision, frame, weights = people(weighted=weighted)
    table = evidence(y, decision, frame, weights).groups["group"]
    raw = raw_frame(y, decision, frame["group"], weights)
    for rate in RAW:
        for group, p in zip(table.groups, table.proportions(rate), strict=True):
            assert p.value == pytest.approx(raw.by_group[rate][group], abs=1e-12)
        assert table.whole().proportion(rate).value == pytest.approx(raw.overall[rate], abs=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("rate", sorted(set(RAW) - {"outcome_prevalence"}))
def test_differences_and_ratios_between_groups_are_fairlearns(rate, weighted):
    y, decision, frame, weights = people(weighted=weighted)
    facts = Facts(assessed=evidence(y, decision, frame, weights), score_kind="none")
    raw = raw_frame(y, decision, frame["group"], weights)
    for measure, kind, between, overall in (
        (
            rate_difference, "difference",
            raw.difference(method="between_groups")[rate],
            raw.difference(method="to_overall")[rate],
        ),
        (
            rate_ratio, "ratio",
            raw.ratio(method="between_groups")[rate],
            raw.ratio(method="to_overall")[rate],
        ),
    ):  # fmt: skip
        told = {
            m.measure: m.value
            for m in measure(facts, Scope(across=("protected",)), rate=rate).told
            if m.attribute == "group" and not m.group
        }
        assert told[f"{rate}_{kind}"] == pytest.approx(between, abs=1e-12)
        assert told[f"{rate}_{kind}_to_overall"] == pytest.approx(overall, abs=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("rate", sorted(RAW))
def test_rates_judged_by_themselves_and_counts_are_fairlearns(rate, weighted):
    y, decision, frame, weights = people(weighted=weighted)
    facts = Facts(assessed=evidence(y, decision, frame, weights), score_kind="none")
    raw = raw_frame(y, decision, frame["group"], weights)
    found = group_rate(facts, Scope(across=("whole", "protected")), rate=rate)
    by_group = {c.group: c.estimate.value for c in found.comparisons if c.attribute == "group"}
    for group, value in by_group.items():
        assert value == pytest.approx(raw.by_group[rate][group], abs=1e-12)
    (everyone,) = (c.estimate.value for c in found.comparisons if not c.attribute)
    assert everyone == pytest.approx(raw.overall[rate], abs=1e-12)
    counted = fl.MetricFrame(
        metrics=fl.count, y_true=y, y_pred=decision, sensitive_features=frame["group"]
    )
    told = {m.group: m.value for m in found.told if m.attribute == "group"}
    assert told == {g: n if n >= 10 else None for g, n in counted.by_group.items()}


@pytest.mark.parametrize("rate", sorted(set(RAW) - {"outcome_prevalence"}))
def test_a_gap_to_the_rest_is_fairlearns_of_a_group_against_all_others(rate):
    y, decision, frame, weights = people(weighted=True)
    facts = Facts(assessed=evidence(y, decision, frame, weights), score_kind="none")
    found = rate_difference(facts, Scope(across=("protected",)), rate=rate).comparisons
    for c in found:
        mine = (frame[c.attribute] == c.group).map({True: "mine", False: "rest"})
        by = raw_frame(y, decision, mine, weights).by_group[rate]
        assert c.estimate.value == pytest.approx(by["mine"] - by["rest"], abs=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
def test_demographic_parity_and_equalised_odds_are_fairlearns(weighted):
    y, decision, frame, weights = people(weighted=weighted)
    facts = Facts(assessed=evidence(y, decision, frame, weights), score_kind="none")
    scope = Scope(across=("protected",))
    told = {
        m.measure: m.value
        for rate in ("selection_rate", "false_positive_rate")
        for m in rate_difference(facts, scope, rate=rate).told
        if m.attribute == "group" and not m.group
    }
    for name in (
        "demographic_parity_difference", "demographic_parity_ratio",
        "equalized_odds_difference", "equalized_odds_ratio",
    ):  # fmt: skip
        expected = {
            method: getattr(fl, name)(
                y, decision, sensitive_features=frame["group"], sample_weight=weights,
                method=method,
            )
            for method in ("between_groups", "to_overall")
        }  # fmt: skip
        assert told[name] == pytest.approx(expected["between_groups"], abs=1e-12), name
        if name.startswith("equalized_odds"):
            overall = told[f"{name}_to_overall"]
            assert overall == pytest.approx(expected["to_overall"], abs=1e-12), name
    both = equalized_odds_difference(facts, scope)
    odds = {m.measure: m.value for m in both.told if m.attribute == "group" and not m.group}
    assert odds["equalized_odds_difference"] == told["equalized_odds_difference"]


def test_pairs_of_attributes_are_fairlearns_crossings():
    y, decision, frame, _ = people()
    ours = fairlearn_rates(evidence(y, decision, frame).groups["group & other"])
    raw = raw_frame(y, decision, frame).by_group
    assert len(ours) == len(raw) == 8
    for (a, b), row in raw.iterrows():
        for rate in RAW:
            assert ours[rate][f"{a} & {b}"] == pytest.approx(row[rate], abs=1e-12, nan_ok=True)


def test_where_fairlearn_calls_an_empty_denominator_nought_we_leave_a_blank():
    y, decision, frame, _ = people(few=True)
    ours = fairlearn_rates(evidence(y, decision, frame).groups["group"])
    raw = raw_frame(y, decision, frame["group"]).by_group
    assert np.isnan(ours["true_positive_rate"]["d"])
    assert np.isnan(ours["false_positive_rate"]["c"])
    assert raw["true_positive_rate"]["d"] == 0
    for group in ("a", "b"):
        for rate in RAW:
            assert ours[rate][group] == pytest.approx(raw[rate][group], abs=1e-12)


def test_unknown_groups_and_unobserved_outcomes_are_those_of_the_rows_that_have_them():
    y, decision, frame, _ = people()
    frame.loc[::7, "group"] = None
    known = np.arange(len(y)) % 5 != 0
    found = Evidence.of(
        outcome=frames.outcome_codes(y, positive=(), known=known),
        flagged=decision.astype(bool),
        protected={"group": frames.labels(frame["group"], name="group")},
    )
    ours = fairlearn_rates(found.groups["group"])
    filled = frame["group"].fillna("unknown")
    raw = raw_frame(y[known], decision[known], filled[known]).by_group
    selected = raw_frame(y, decision, filled, rates={"selection_rate": fl.selection_rate}).by_group
    for group in ("a", "b", "c", "d", "unknown"):
        for rate in set(RAW) - {"selection_rate"}:
            assert ours[rate][group] == pytest.approx(raw[rate][group], abs=1e-12)
        assert ours["selection_rate"][group] == pytest.approx(selected["selection_rate"][group])
