"""A column in another unit, from two tables to what a board reads."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from essex_standard import assess
from tests.helpers import AS_OF, ROOT, write_standard


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    text = (ROOT / "checks" / "drift" / "units_changed.toml").read_text("utf-8")
    return write_standard(tmp_path_factory.mktemp("standard"), {"drift/a.toml": text})


def families(n, seed):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"days": rng.exponential(90, n), "visits": rng.poisson(2, n)})
    frame["rare"] = (rng.random(n) < 0.005).astype(int)
    frame["happened"] = (rng.random(n) < 1 / (1 + np.exp(1 - frame["days"] / 90))).astype(int)
    return frame


def finding(standard, change):
    old, new = families(5_000, 1), families(2_000, 2)
    reads = ["days", "visits", "rare"]
    model = LogisticRegression(max_iter=1_000).fit(old[reads], old["happened"])
    assessment = assess(
        model, change(new), "happened", reference=old, threshold=0.5, standard=standard,
        as_of=AS_OF,
    )  # fmt: skip
    return assessment.findings[0]


def test_days_that_became_months_are_named_with_what_they_became(standard):
    found = finding(standard, lambda new: new.assign(days=new["days"] / 30.4))
    assert found.outcome.value == "not met"
    assert found.statement.startswith("Column days looks as if its unit had changed")
    said = "In column days all numbers are about 30.4 times smaller than they were, as when days"
    assert any(d.startswith(said) for d in found.details)
    assert "visits" not in found.statement


def test_the_same_unit_is_met_though_a_column_of_few_numbers_is_there(standard):
    found = finding(standard, lambda new: new)
    assert found.outcome.value == "met"
    assert "rare" not in {m.attribute for m in found.measurements}
    assert "Too few numbers in column rare" in " ".join(found.details)


def test_another_world_is_not_another_unit(standard):
    found = finding(standard, lambda new: new.assign(days=new["days"] + 40))
    assert found.outcome.value != "not met"
