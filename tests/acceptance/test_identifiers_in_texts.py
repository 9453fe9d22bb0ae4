"""From case notes to a finding that names the column and the kind, and never a value."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from essex_standard import assess
from essex_standard.disclosure import protect
from tests.helpers import AS_OF, ROOT, write_standard

NAMES = ("identifiers_in_texts", "identifiers_in_texts_block", "names_in_texts")
N = 4_000


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    checks = {
        f"minimisation/{n}.toml": (ROOT / f"checks/minimisation/{n}.toml").read_text("utf-8")
        for n in NAMES
    }
    return write_standard(tmp_path_factory.mktemp("standard"), checks)


def look(standard, planted):
    """Assess a model that reads notes; `planted` maps a sentence to how many notes hold it."""
    rng = np.random.default_rng(3)
    notes = [f"the family is {w} today" for w in rng.choice(["well", "worried", "away"], N)]
    at = 0
    for sentence, rows in planted.items():
        for i in range(at, at + rows):
            notes[i] += f" {sentence}"
        at += rows
    frame = pd.DataFrame({"note": notes, "age": rng.integers(0, 18, N)})
    y = (rng.random(N) < 0.3).astype(int)
    model = make_pipeline(
        ColumnTransformer([("w", CountVectorizer(), "note"), ("n", "passthrough", ["age"])]),
        LogisticRegression(max_iter=50),
    ).fit(frame, y)
    sex = rng.choice(["F", "M"], N)
    return assess(
        model, frame, y, protected=pd.Series(sex, name="sex"), threshold=0.3,
        standard=standard, as_of=AS_OF,
    )  # fmt: skip


def findings(assessment):
    return {f.check: f for f in assessment.findings if f.theme == "minimisation"}


def test_clean_notes_meet_all_three(standard):
    found = findings(look(standard, {}))
    assert {k: f.outcome.value for k, f in found.items()} == dict.fromkeys(
        ("MIN-04", "MIN-05", "MIN-06"), "met"
    )


def test_a_few_are_for_the_board_and_many_stop_the_model(standard):
    few = findings(look(standard, {"Mail canary@x.org": 3, "Ring 07700 900123": 30}))
    assert [few[k].outcome.value for k in ("MIN-04", "MIN-05", "MIN-06")] == [
        "not met", "met", "met",
    ]  # fmt: skip
    many = findings(look(standard, {"NHS 9434765870.": 200, "Saw Mrs Canary.": 100}))
    assert {f.outcome.value for f in many.values()} == {"not met"}
    assert many["MIN-05"].level.value == "block"
    assert "NHS numbers" in " ".join((many["MIN-05"].statement, *many["MIN-05"].details))


def test_small_counts_are_told_as_fewer_than_ten_and_no_value_leaves(standard, tmp_path):
    assessment = look(standard, {"Mail canary@x.org": 3, "Ring 07700 900123": 33})
    assessment.to_html(tmp_path / "report.html")
    protected = protect(assessment)
    counts = {
        m.group: (m.value, m.below)
        for m in findings(protected)["MIN-04"].measurements
        if m.measure == "texts_with_identifiers"
    }
    assert counts == {"e-mail addresses": (None, 10), "telephone numbers": (35.0, None)}
    shares = {
        m.group: m.value
        for m in findings(protected)["MIN-04"].measurements
        if m.measure == "identifiers_in_text_share"
    }
    assert shares == {"e-mail addresses": 0.0, "telephone numbers": 0.01}
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "fewer than 10" in page
    assessment.to_json(tmp_path / "assessment.json")
    for text in (page, (tmp_path / "assessment.json").read_text("utf-8")):
        assert "canary" not in text
        assert "900123" not in text


def test_texts_that_the_model_learned_from_are_told_too(standard, tmp_path):
    n = 500
    now = pd.DataFrame({"debt": np.linspace(0, 1, n), "note": ["all is well"] * n})
    then = now.assign(note=[f"mail canary{i}@x.org" if i < 60 else "well" for i in range(n)])
    sex = pd.Series(np.where(np.arange(n) % 2, "F", "M"), name="sex")
    y = (now["debt"] > 0.4).astype(int)
    assessment = assess(
        lambda rows: rows["debt"].to_numpy(), now, y, protected=sex, threshold=0.5,
        reference=then, reference_y=y, standard=standard, as_of=AS_OF,
    )  # fmt: skip
    found = findings(protect(assessment))["MIN-05"]
    assert found.outcome.value == "not met"
    assert "Texts of column note in the reference hold e-mail addresses." in found.statement
    counts = [m for m in found.measurements if m.measure == "texts_with_identifiers"]
    assert [(m.group, m.value) for m in counts] == [("e-mail addresses (reference)", 60)]
    assert "canary" not in repr(assessment.findings)


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        (lambda i: f"{i} " + "He said 0 of 1. " * 70_000, "beyond 20,000 characters"),
        (lambda i: bytes([i, 0, 255, 254]), "bytes or control characters"),
        (lambda i: f"\x00\x01{i}", "bytes or control characters"),
        (lambda i: f"\ud800 \x00{i}", "bytes or control characters"),
    ],
    ids=["a megabyte a cell", "bytes", "control characters", "half characters"],
)
def test_what_is_no_text_that_can_be_searched_is_told_and_no_pass(standard, odd, words):
    n = 60
    frame = pd.DataFrame({"debt": np.linspace(0, 1, n)})
    frame["odd"] = pd.Series([odd(i) for i in range(n)], dtype=object)
    frame["gone"] = None
    sex = pd.Series(np.where(np.arange(n) % 2, "F", "M"), name="sex")
    found = findings(
        assess(
            lambda rows: rows["debt"].to_numpy(), frame, (frame["debt"] > 0.4).astype(int),
            protected=sex, threshold=0.5, standard=standard, as_of=AS_OF,
        )
    )  # fmt: skip
    assert {f.outcome.value for f in found.values()} == {"not assessed"}
    assert words in found["MIN-04"].statement
