"""What a search for subgroups may let out."""

import numpy as np
import pandas as pd
import pytest

from essex_standard import assess
from essex_standard.disclosure import Protection
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held
from essex_standard.measurement import Measurement
from tests.helpers import AS_OF, write_standard

CHECK = """
id = "BIAS-41"
title = "No subgroup is far worse off"
question = "Is any?"
measure = "subgroup_scan"
level = "refer"
limit = { at_most = 0.10 }
evidence = { minimum = 500, of = "rows" }
remedy = ["Look"]
"""


def protection():
    n = 400
    return Protection.of(
        Held(
            assessed=Evidence.of(
                outcome=(np.arange(n) % 2).astype(np.int8),
                flagged=np.arange(n) % 4 < 2,
                scores=np.full(n, 0.5),
                threshold=0.5,
            )
        )
    )


def measured(value, group="east & F", n=123, measure="subgroup_scan"):
    return Measurement(
        measure=measure, attribute="area & sex" if group else "", group=group,
        value=value, low=None, high=None, n=n,
    )  # fmt: skip


def test_figures_of_a_named_subgroup_have_two_decimals_and_rounded_counts():
    shown = protection().protect(measured(0.12345), 0.95)
    assert (shown.value, shown.n, shown.withheld) == (0.12, 125, False)
    share = protection().protect(measured(40 / 123, measure="subgroup_observed_rate"), 0.95)
    assert (share.value, share.n) == (round(40 / 125, 2), 125)


def test_that_none_was_found_looks_like_one_that_may_not_be_named():
    found = protection().protect(measured(0.3, group="", n=404), 0.95)
    assert found.withheld
    assert protection().protect(measured(0.0, group="", n=404), 0.95) == found


def test_shares_of_a_handful_are_withheld():
    share = protection().protect(measured(4 / 123, measure="subgroup_observed_rate"), 0.95)
    assert share.withheld


@pytest.fixture(scope="module")
def handful(tmp_path_factory):
    """Return the assessment of people of whom 60 in one place all had the outcome."""
    rng = np.random.default_rng(0)
    n = 4000
    people = pd.DataFrame(
        {
            "score": rng.beta(2, 5, n),
            "sex": rng.choice(["F", "M"], n),
            "place": rng.choice(["north", "south"], n),
        }
    )
    people["happened"] = (rng.random(n) < people["score"]).astype(int)
    people.loc[:59, ["place", "happened"]] = ["canary-isle", 1]
    folder = tmp_path_factory.mktemp("handful")
    return assess(
        None, people, "happened", scores="score", protected=["sex"], threshold=0.5, as_of=AS_OF,
        standard=write_standard(folder, {"bias/scan.toml": CHECK}),
    )  # fmt: skip


def test_a_subgroup_too_small_to_name_is_told_without_its_name(handful, tmp_path):
    finding = next(f for f in handful.findings if f.check == "BIAS-41")
    assert "a subgroup too small to name" in finding.statement
    assert "Too few people stand behind the figures" in finding.statement
    handful.to_json(tmp_path / "assessment.json")
    handful.to_html(tmp_path / "report.html")
    handful.save(tmp_path / "assessment.evidence")
    for file in tmp_path.iterdir():
        text = file.read_bytes()
        assert b"canary-isle" not in text
        assert b"crossed" not in text
