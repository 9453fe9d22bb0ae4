"""From quasi-identifiers to a finding, and what none of its files may give back."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from essex_standard import Assessment, assess
from essex_standard.disclosure import protect
from essex_standard.disclosure.anonymity import ROUND_SIZES
from essex_standard.errors import DataError
from tests.helpers import AS_OF, ROOT, people, write_standard, write_submission

CHECKS = {
    f"privacy/{name}.toml": (ROOT / "checks" / "privacy" / f"{name}.toml").read_text("utf-8")
    for name in ("k_anonymity", "l_diversity", "t_closeness")
}
USUAL = {"quasi_identifiers": ["sex", "area"], "sensitive": ["ill"]}


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    return write_standard(tmp_path_factory.mktemp("standard"), CHECKS)


def with_areas(few=0, ill=None):
    """Return 4,000 people in two areas of equal mix; `few` of them moved to a third."""
    frame = people()
    area = np.where(np.arange(len(frame)) % 2 == 0, "north", "south").astype(object)
    area[:few] = "islet"
    frame["area"] = area
    frame["ill"] = np.where(np.arange(len(frame)) % 3 == 0, "yes", "no") if ill is None else ill
    return frame


def look(standard, frame, **changed):
    kwargs = {**USUAL, **changed}
    return assess(
        None, frame, "happened", scores="score", threshold=0.5, protected="sex",
        standard=standard, as_of=AS_OF, **kwargs,
    )  # fmt: skip


def finding(assessment, check):
    return next(f for f in assessment.findings if f.check == check)


def outcomes(assessment):
    return [finding(assessment, f"PRIV-0{i}").outcome.value for i in (1, 2, 3)]


def test_where_all_hide_among_many_both_checks_are_met(standard):
    assessment = look(standard, with_areas())
    assert outcomes(assessment) == ["met", "met", "met"]
    found = finding(assessment, "PRIV-01")
    assert "sex and area" in found.statement
    assert "at least 500" in found.statement or "at least 1,000" in found.statement


def test_where_somebody_stands_out_the_board_is_asked(standard):
    assessment = look(standard, with_areas(few=4))
    assert outcomes(assessment)[0] == "not met"
    assert assessment.verdict.value == "refer"
    assert "is of fewer than 10" in finding(assessment, "PRIV-01").statement


def test_where_all_who_look_alike_share_a_value_it_is_said(standard):
    frame = with_areas()
    frame["ill"] = np.where(frame["area"] == "north", "yes", frame["ill"])
    assert outcomes(look(standard, frame))[:2] == ["met", "not met"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"quasi_identifiers": None}, "no quasi-identifiers are declared"),
        ({"quasi_identifiers": []}, "no quasi-identifiers are declared"),
        ({"sensitive": None}, "no sensitive column is declared"),
    ],
)
def test_what_nobody_declared_is_not_assessed(standard, changed, reason):
    found = finding(look(standard, with_areas(), **changed), "PRIV-02")
    assert found.outcome.value == "not assessed"
    assert reason in found.statement


def test_a_reference_without_a_quasi_identifier_leaves_nothing_to_say(standard):
    frame = with_areas()
    found = finding(look(standard, frame, reference=frame.drop(columns="area")), "PRIV-01")
    assert found.outcome.value == "not assessed"
    assert "area is not among the columns of the reference data" in found.statement


def test_a_quasi_identifier_of_the_submission_is_looked_for(standard, tmp_path):
    names = ('protected = ["sex"]', 'protected = ["sex"]\nquasi_identifiers = ["sex", "aera"]')
    path = write_submission(tmp_path, with_areas(), names)
    with pytest.raises(DataError, match=r"quasi-identifier 'aera' is not a column.*area"):
        assess(submission=path, standard=standard, as_of=AS_OF)
    # A frame handed over may lack a column; people must not seem to hide better for it.
    assessment = assess(None, with_areas(), submission=path, standard=standard, as_of=AS_OF)
    assert any("data.quasi_identifiers ('aera') is not a column" in t for t in assessment.told)
    assert finding(assessment, "PRIV-01").outcome.value == "not assessed"


def texts(assessment, folder):
    """Return what is published: JSON, HTML and the tidy table of the protected assessment."""
    assessment.to_json(folder / "assessment.json")
    assessment.to_html(folder / "report.html")
    return {
        "json": (folder / "assessment.json").read_text("utf-8"),
        "html": (folder / "report.html").read_text("utf-8"),
        "table": protect(assessment).measurements().to_csv(),
    }


def test_sizes_below_ten_are_published_alike(standard):
    """Whether one or nine stand out reads the same; of what they share only what is judged."""
    published = [protect(look(standard, with_areas(few=few))).findings for few in range(1, 10)]
    first = published[0][0]
    for found in published:
        privacy = [f for f in found if f.theme == "privacy"]
        assert privacy[0] == first
        # Whether all of a class share one value is asked, and answered; how many they are is not.
        assert all(m.value is None for f in privacy for m in f.measurements)
    assert first.outcome.value == "not met"


def test_no_figure_of_a_class_is_exact(standard):
    rng = np.random.default_rng(7)
    for size in rng.integers(10, 900, 12):
        shown = protect(look(standard, with_areas(few=int(size))))
        for f in shown.findings:
            for m in f.measurements:
                if m.measure == "k_anonymity" and m.value is not None:
                    assert m.value in ROUND_SIZES
                    assert m.value <= size
                    assert m.low is m.high is m.n is None


def test_nothing_published_holds_a_value_of_a_class_or_a_count_of_few(standard, tmp_path):
    published = texts(look(standard, with_areas(few=7)), tmp_path)
    assert [kind for kind, text in published.items() if "islet" in text] == []
    findings = json.loads(published["json"])["findings"]
    said = " ".join(" ".join([f["statement"], *f["details"]]) for f in findings)
    assert not re.search(r"\b[1-9] (people|of those)", said)
    assert findings[0]["measurements"][0]["below"] == 10


def test_what_is_stored_holds_sizes_only_and_protects_alike(standard, tmp_path):
    assessment = look(standard, with_areas(few=7))
    assessment.save(tmp_path / "assessment.evidence")
    stored = (tmp_path / "assessment.evidence").read_bytes()
    assert b"islet" not in stored
    again = Assessment.load(tmp_path / "assessment.evidence")
    assert again.evidence.assessed.classes.is_sealed
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert texts(again, tmp_path / "one") == texts(assessment, tmp_path / "two")


def test_a_distance_from_small_cells_is_withheld_and_from_large_ones_told(standard):
    def of(frame, **changed):
        shown = protect(look(standard, frame, **changed))
        return finding(shown, "PRIV-03").measurements[0]

    # Many in each cell: the figure is told, in two decimals.
    assert of(with_areas()).value == pytest.approx(0.0, abs=0.01)
    # Three of a class of two thousand have the value: their number would follow from it.
    rare = np.array(["no"] * 4000, dtype=object)
    rare[:3] = "yes"
    assert of(with_areas(ill=rare)).withheld


def test_a_limit_that_would_tell_of_fewer_than_ten_is_refused(tmp_path):
    from essex_standard.errors import StandardError

    text = CHECKS["privacy/k_anonymity.toml"].replace("at_least = 10", "at_least = 3")
    folder = write_standard(tmp_path, {"privacy/k_anonymity.toml": text})
    with pytest.raises(StandardError, match="fewer than ten people"):
        look(folder, with_areas())


def test_a_hundred_thousand_cells_of_binary_rubbish_are_counted(standard):
    frame = with_areas()
    rng = np.random.default_rng(1)
    frame["rubbish"] = pd.Series([rng.bytes(8) for _ in range(len(frame))], dtype=object)
    found = finding(look(standard, frame, quasi_identifiers=["rubbish"]), "PRIV-01")
    assert found.outcome.value == "not met"
    assert any("rubbish alone is enough" in d for d in found.details)
