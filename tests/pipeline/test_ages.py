import numpy as np
import pandas as pd
import pytest

from essex_standard import assess
from essex_standard.pipeline.ages import age_unwatched, is_of_age
from tests.helpers import AS_OF, write_standard


@pytest.mark.parametrize(
    "name",
    ["age", "Age", "AGE_BAND", "age_at_referral", "childAge", "dob", "date_of_birth", "BirthDate"],
)
def test_names_of_ages_are_known(name):
    assert is_of_age(name)


@pytest.mark.parametrize("name", ["average", "stage", "page_views", "language", "agency", "wages"])
def test_other_names_are_not(name):
    assert not is_of_age(name)


def test_an_age_that_is_read_and_not_compared_is_told():
    (told,) = age_unwatched(["need", "age"], ["sex"])
    assert "'age'" in told
    assert "was not compared" in told
    assert age_unwatched(["need", "age"], ["sex", "age_band"]) == ()
    assert age_unwatched(["need"], ["sex"]) == ()


def test_the_report_tells_it(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"need": rng.random(400), "age": rng.integers(1, 18, 400)})
    sex = pd.DataFrame({"sex": rng.choice(["F", "M"], 400)})
    assessed = assess(
        lambda X: X["need"].to_numpy() + 0 * X["age"].to_numpy(), frame,
        rng.integers(0, 2, 400), protected=sex, threshold=0.5,
        standard=write_standard(tmp_path), as_of=AS_OF,
    )  # fmt: skip
    assert any(t.startswith("The model reads age") for t in assessed.told)
