import numpy as np
import pandas as pd
import pytest

from essex_standard import assess
from essex_standard.disclosure.editions import protect
from essex_standard.evidence.evidence import Evidence
from essex_standard.experiments.domain_classifier import DomainClassifier
from essex_standard.experiments.text_classifier import TextClassifier
from essex_standard.measures.domain_classifier import domain_classifier_roc_auc
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Scope
from essex_standard.statistics.held_out import RankEstimate
from tests.helpers import AS_OF, write_standard

SCOPE = Scope(across=("whole",))
SIDES = {"rows": (900, 800), "n": (900, 800), "tried": 4}


def auroc(value, error=0.01):
    return RankEstimate(value, error, 500)


def measured(found, *, reference=True):
    facts = Facts(
        assessed=Evidence(rows=900), reference=Evidence(rows=800) if reference else None,
        domain=found,
    )  # fmt: skip
    return domain_classifier_roc_auc(facts, SCOPE)


def test_the_whole_is_judged_and_the_columns_that_tell_most_are_told():
    of_columns = (("age", auroc(0.62)), ("noise", auroc(0.49)))
    found = measured(DomainClassifier(joint=auroc(0.64), columns=of_columns, **SIDES))
    (whole,) = found.comparisons
    assert (whole.estimate.value, whole.n, whole.n_versus, whole.attribute) == (0.64, 900, 800, "")
    assert [(m.measure, m.attribute, m.value) for m in found.told] == [
        ("domain_classifier_roc_auc_of_column", "age", 0.62),
        ("domain_classifier_roc_auc_of_column", "noise", 0.5),
    ]
    assert found.noted == ("Most is told by age.",)


def test_worse_than_a_coin_is_no_evidence_of_drift():
    found = measured(DomainClassifier(joint=auroc(0.41), **SIDES))
    assert found.comparisons[0].estimate.joint == auroc(0.5)
    assert found.noted == ()


def test_of_forty_columns_a_lucky_one_is_not_accused():
    of_columns = (("lucky", auroc(0.52)),)
    for tried, noted in ((40, ()), (1, ("Most is told by lucky.",))):
        given = SIDES | {"tried": tried}
        found = measured(DomainClassifier(joint=auroc(0.5), columns=of_columns, **given))
        assert found.noted == noted


def test_columns_that_only_tell_together_are_named_as_such():
    of_columns = (("age", auroc(0.5)), ("debt", auroc(0.5)))
    found = measured(
        DomainClassifier(joint=auroc(0.6), columns=of_columns, together=("age", "debt"), **SIDES)
    )
    (noted,) = found.noted
    assert "how columns go together, most of all age and debt." in noted


def test_a_column_of_one_side_only_keeps_it_from_being_met():
    found = measured(DomainClassifier(joint=auroc(0.5), one_sided=("lost",), **SIDES))
    assert found.gaps == ("Column lost stands in only one of the reference and the data assessed",)


def test_without_a_reference_or_its_rows_it_is_not_assessed_and_says_why():
    assert "no reference data were given" in measured(None, reference=False).reason
    assert "the stored summary" in measured(None).reason
    assert not measured(None).comparisons
    assert measured(DomainClassifier(reason="too few", **SIDES)).reason == "too few"


# Through the whole -------------------------------------------------------------------------------

CHECK = """
id = "DRIFT-04"
title = "People as a whole look like those the model learned from"
question = "Could one tell the people assessed from those the model learned from?"
measure = "domain_classifier_roc_auc"
across = ["whole"]
level = "refer"
limit = { at_most = 0.60 }
"""


def people(n, seed, shift=0.0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "need": rng.random(n),
            "age": rng.normal(40 + 10 * shift, 10, n),
            "sex": rng.choice(["F", "M"], n),
            "month": np.sort(rng.integers(1, 13, n)),
            "happened": rng.integers(0, 2, n),
        }
    )


def finding(tmp_path, new, old, **given):
    standard = write_standard(tmp_path, {"drift/joint.toml": CHECK})
    assessment = assess(
        lambda X: X["need"].clip(0, 1) + 0 * X["age"], new, new.pop("happened"), reference=old,
        protected=["sex"], threshold=0.5, standard=standard, as_of=AS_OF, **given,
    )  # fmt: skip
    return next(f for f in assessment.findings if f.check == "DRIFT-04")


def test_others_than_it_learned_from_are_not_met_and_the_column_is_named(tmp_path):
    found = finding(tmp_path, people(1500, 1, shift=0.8), people(1500, 2))
    assert found.outcome.value == "not met"
    assert "picks out the one assessed 7" in found.statement
    assert "50 is guessing, and 60 in 100 is the limit" in found.statement
    assert "Most is told by age." in found.details


def test_people_like_those_before_are_met(tmp_path):
    found = finding(tmp_path, people(1500, 1), people(1500, 2))
    assert found.outcome.value == "met"
    assert "can hardly be told from" in found.statement


def test_the_reference_itself_is_met_at_a_coin_and_that_is_told(tmp_path):
    same = people(500, 1)
    found = finding(tmp_path, same.copy(), same)
    assert found.outcome.value == "met"
    assert found.measurements[0].value == 0.5
    assert any("nothing to tell apart" in d for d in found.details)


def test_no_reference_is_not_assessed(tmp_path):
    found = finding(tmp_path, people(300, 1), None)
    assert found.outcome.value == "not assessed"


def test_nothing_is_tried_where_no_check_asks(tmp_path, monkeypatch):
    import essex_standard.experiments.domain_classifier as module

    def refuse(*_, **__):
        raise AssertionError("the experiment ran")

    monkeypatch.setattr(module, "domain_classifier", refuse)
    new = people(300, 1)
    assessed = assess(
        None, new, scores=new["need"].to_numpy(), y=new["happened"], protected=["sex"],
        reference=people(300, 2), threshold=0.5, standard=write_standard(tmp_path), as_of=AS_OF,
    )  # fmt: skip
    assert "BIAS-02" in [f.check for f in assessed.findings]


@pytest.mark.parametrize("few", [0, 4])
def test_a_column_that_tells_of_a_withheld_group_is_withheld(tmp_path, few):
    new = people(600, 1, shift=0.3)
    new["faith"] = np.where(np.arange(600) < few, "rare", np.where(new["sex"] == "F", "a", "b"))
    old = people(600, 2)
    old["faith"] = "b"
    standard = write_standard(tmp_path, {"drift/joint.toml": CHECK})
    assessment = assess(
        lambda X: X["need"].clip(0, 1) + 0 * (X["faith"] == "a"), new, new.pop("happened"),
        reference=old, protected=["faith"], threshold=0.5, standard=standard, as_of=AS_OF,
    )  # fmt: skip
    shown = next(f for f in protect(assessment).findings if f.check == "DRIFT-04")
    by_column = {m.attribute: m for m in shown.measurements if m.attribute}
    assert by_column["faith"].withheld is (few > 0)
    assert not any(m.withheld for column, m in by_column.items() if column != "faith")


# Of texts ----------------------------------------------------------------------------------------


def of_texts(*texts, across=("columns",)):
    domain = DomainClassifier(joint=auroc(0.52), **SIDES)
    facts = Facts(
        assessed=Evidence(rows=900), reference=Evidence(rows=800), domain=domain,
        text_domains=texts,
    )  # fmt: skip
    return domain_classifier_roc_auc(facts, Scope(across=across))


def test_each_column_of_texts_is_judged_by_itself():
    note = TextClassifier(column="note", roc_auc=auroc(0.7), n=(300, 400), rows=(300, 400))
    plan = TextClassifier(column="plan", roc_auc=auroc(0.45), n=(300, 400), rows=(900, 400))
    found = of_texts(note, plan)
    assert [(c.attribute, c.estimate.value, c.n, c.n_versus) for c in found.comparisons] == [
        ("note", 0.7, 300, 400),
        ("plan", 0.5, 300, 400),
    ]
    assert "up to 2,000 texts were drawn" in found.noted[0]
    both = of_texts(note, across=("whole", "columns"))
    assert [c.attribute for c in both.comparisons] == ["", "note"]


def test_no_text_does_not_apply_and_too_few_texts_are_a_gap():
    assert not of_texts().applicable
    assert [c.attribute for c in of_texts(across=("whole", "columns")).comparisons] == [""]
    few = TextClassifier(column="plan", reason="there are too few texts on one of the two sides")
    assert of_texts(few).reason == f"Column plan: {few.reason}"
    note = TextClassifier(column="note", roc_auc=auroc(0.7), n=(300, 400), rows=(300, 400))
    assert of_texts(few, note).gaps == (f"Column plan: {few.reason}",)


OF_TEXTS = CHECK.replace("DRIFT-04", "DRIFT-14").replace('["whole"]', '["columns"]')


def test_texts_that_changed_are_not_met_and_the_column_is_named(tmp_path):
    new, old = people(600, 1), people(600, 2)
    rng = np.random.default_rng(1)
    for frame, first in ((new, "telephone call about"), (old, "visit at home for")):
        words = rng.choice([f"word{i}" for i in range(60)], (600, 6))
        frame["note"] = [f"{first if i % 3 else 'seen'} {' '.join(w)}" for i, w in enumerate(words)]
    standard = write_standard(tmp_path, {"drift/texts.toml": OF_TEXTS})
    assessment = assess(
        lambda X: X["need"].clip(0, 1) + 0 * X["note"].str.len(), new, new.pop("happened"),
        reference=old, protected=["sex"], threshold=0.5, standard=standard, as_of=AS_OF,
    )  # fmt: skip
    found = next(f for f in assessment.findings if f.check == "DRIFT-14")
    assert found.outcome.value == "not met"
    assert found.statement.startswith("The texts of column note can be told from those")
    assert "Shown one text of either time (column note)" in found.statement
