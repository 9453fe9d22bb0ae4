"""From a table of bands to what a board reads of them: which band and group, and never a figure."""

import json

import numpy as np
import pandas as pd
import pytest

from essex_standard import assess
from tests.helpers import AS_OF, ROOT, write_standard

FILES = {"bias/a.toml": "score_bands.toml", "bias/b.toml": "score_bands_order.toml"}


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    checks = {k: (ROOT / "checks" / "bias" / v).read_text("utf-8") for k, v in FILES.items()}
    return write_standard(tmp_path_factory.mktemp("standard"), checks)


def table(n=12_000, *, off=0.0, fall=0.0, seed=1):
    """Return people in bands 1 to 5; of F in band 2, and of band 4, the outcome comes otherwise."""
    rng = np.random.default_rng(seed)
    band, sex = rng.integers(1, 6, n), rng.choice(["F", "M"], n)
    p = 0.1 * band + off * ((band == 2) & (sex == "F")) - fall * (band == 4)
    return pd.DataFrame({"band": band, "sex": sex, "happened": (rng.random(n) < p).astype(int)})


def findings(frame, standard, **more):
    given = {"scores": "band", "score_kind": "unbounded", "protected": ["sex"], "threshold": 4}
    assessment = assess(
        None, frame, "happened", standard=standard, as_of=AS_OF, **(given | more)
    )  # fmt: skip
    return assessment, {f.check: f for f in assessment.findings}


def test_bands_that_mean_the_same_are_met(standard):
    _, found = findings(table(), standard)
    assert found["BIAS-81"].outcome.value == found["BIAS-82"].outcome.value == "met"
    assert "less than 10 in 100" in found["BIAS-81"].statement
    assert found["BIAS-81"].details[0].startswith("sex: within the limit for every group in every")


def test_a_band_that_means_another_thing_in_a_group_is_named(standard):
    _, found = findings(table(off=0.25), standard)
    assert found["BIAS-81"].outcome.value == "not met"
    assert "score is 2" in found["BIAS-81"].statement
    assert "sex is F" in found["BIAS-81"].statement
    assert "score is 3" not in found["BIAS-81"].statement
    assert found["BIAS-82"].outcome.value == "met"


def test_a_fall_is_named_by_both_bands(standard):
    _, found = findings(table(fall=0.25), standard)
    assert found["BIAS-82"].outcome.value == "not met"
    assert "4 against 3" in found["BIAS-82"].statement
    assert found["BIAS-81"].outcome.value == "met"


def test_few_people_cannot_tell_and_no_band_is_called_small(standard):
    _, found = findings(table(900), standard)
    assert found["BIAS-81"].outcome.value == "uncertain"
    assert not [d for d in found["BIAS-81"].details if "too small to tell for" in d]
    assert not [d for d in found["BIAS-81"].details if any(b in d for b in "12345")]


def test_bands_serve_scores_without_a_rule_for_decisions(standard):
    _, found = findings(table(), standard, threshold=None)
    assert found["BIAS-81"].outcome.value == "met"


@pytest.mark.parametrize("off", [0.0, 0.25])
def test_no_figure_of_a_band_leaves_but_the_restricted_store_has_them(standard, tmp_path, off):
    frame = table(off=off)
    assessment, _ = findings(frame, standard)
    assessment.to_json(tmp_path / "assessment.json")
    told = json.loads((tmp_path / "assessment.json").read_text("utf-8"))
    of_bands = [m for f in told["findings"] for m in f["measurements"]]
    assert len(of_bands) == 10 + 10
    assert all(m["withheld"] for m in of_bands)
    assert all(m[k] is None for m in of_bands for k in ("value", "low", "high", "n"))
    # And in full where nobody but the team looks.
    kept = assessment.measurements()
    mine = kept[(kept["group"] == "2 & F") & (kept["versus"] == "rest")]
    raw = frame[frame["band"] == 2].groupby("sex")["happened"].mean()
    assert mine["value"].item() == pytest.approx(raw["F"] - raw["M"], abs=1e-12)


def test_probabilities_of_many_values_are_left_to_calibration(standard):
    frame = table()
    frame["chance"] = np.random.default_rng(3).beta(2, 5, len(frame))
    _, found = findings(frame, standard, scores="chance", score_kind="probability", threshold=0.5)
    assert found["BIAS-81"].outcome.value == "not applicable"
    # Two or three chances, as of a scorecard, are bands.
    frame["chance"] = frame["band"] / 10
    _, found = findings(frame, standard, scores="chance", score_kind="probability", threshold=0.35)
    assert found["BIAS-81"].outcome.value == "met"


def test_fifths_of_a_score_without_a_unit_are_compared(standard):
    frame = table(off=0.3)
    frame["points"] = frame["band"] * 100 + np.random.default_rng(3).uniform(0, 99, len(frame))
    _, found = findings(frame, standard, scores="points", threshold=400)
    assert found["BIAS-81"].outcome.value == "not met"
    assert "score is 200 to 300" in found["BIAS-81"].statement
