import re

import numpy as np
import pandas as pd
import pytest

from essex_standard import assess
from essex_standard.disclosure.editions import protect
from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.vocabulary import with_words
from essex_standard.measures.drift.columns import feature_drift
from essex_standard.measures.facts import Facts
from essex_standard.measures.vocabulary import out_of_vocabulary_share_difference
from essex_standard.statistics.comparison import Scope
from tests.helpers import AS_OF, write_standard

SCOPE = Scope(across=("columns",))
COMMON = np.array([f"word{i}" for i in range(3000)])


def notes(n, seed, *, new=0.0, words=30):
    """Return texts in words as common as in a language, of which a share is of another list."""
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, len(COMMON) + 1)
    said = rng.choice(COMMON, (n, words), p=weights / weights.sum())
    said = np.where(rng.random((n, words)) < new, np.char.add("new", said), said)
    return pd.DataFrame({"note": [" ".join(s) for s in said]})


def evidence(frame):
    profiles = {c: ColumnProfile.of(c, frame[c]) for c in frame}
    return Evidence(rows=len(frame), columns=with_words(profiles, frame))


def measured(new, old):
    facts = Facts(assessed=evidence(new), reference=evidence(old), columns_read=tuple(new))
    return out_of_vocabulary_share_difference(facts, SCOPE)


def test_a_hand_worked_share():
    old = pd.DataFrame({"note": ["one two three four five six", "one two three four five seven"]})
    new = pd.DataFrame({"note": ["one two three four nine ten"]})
    found = measured(new, old)
    told = {(m.measure, m.group): m.value for m in found.told}
    assert told["out_of_vocabulary_share", "assessed"] == pytest.approx(2 / 6)
    # Of twelve words, six and seven are in one text each.
    assert told["out_of_vocabulary_share", "reference"] == pytest.approx(2 / 12)
    assert found.comparisons[0].estimate.value == pytest.approx(2 / 6 - 2 / 12)
    assert (found.comparisons[0].n, found.comparisons[0].n_versus) == (1, 2)
    assert told["text_length", "assessed"] == pytest.approx(27, rel=0.1)


def test_the_share_is_that_of_sets_of_words_on_raw_rows():
    new, old = notes(300, 1, new=0.2), notes(400, 2)
    known = {w for t in old["note"] for w in re.findall(r"\w\w+", t)}
    said = [set(re.findall(r"\w\w+", t)) for t in new["note"]]
    raw = sum(len(s - known) for s in said) / sum(map(len, said))
    found = {(m.measure, m.group): m.value for m in measured(new, old).told}
    # Some new words share a bucket with one that is known: up to as many as buckets are taken.
    taken = len(known) / 32_768
    share = found["out_of_vocabulary_share", "assessed"]
    assert raw * (1 - 1.2 * taken) < share <= raw


def test_texts_of_one_kind_bring_no_more_than_any_text_even_beside_a_small_reference():
    found = [measured(notes(200, 2 * s), notes(60, 2 * s + 1)) for s in range(20)]
    shares = [m.value for f in found for m in f.told if m.group == "assessed" and m.n == 200]
    assert np.mean([s for s in shares if s < 1]) > 0.08  # many words are new beside so few texts
    excess = [f.comparisons[0].estimate.value for f in found]
    assert abs(np.mean(excess)) < 0.01


def test_no_text_does_not_apply_and_a_lost_column_is_not_assessed():
    plain = pd.DataFrame({"age": [1, 2, 3], "place": ["a", "b", "a"]})
    assert not measured(plain, plain).applicable
    lost = measured(notes(20, 1), notes(20, 2).rename(columns={"note": "other"}))
    assert "holds no text to compare with" in lost.reason
    nothing = Facts(assessed=evidence(plain), columns_read=("age",))
    assert "no reference" in out_of_vocabulary_share_difference(nothing, SCOPE).reason


# Through the whole -------------------------------------------------------------------------------

CHECK = """
id = "DRIFT-15"
title = "Texts are written in words that the model has met"
question = "Are the texts written in words that occurred in those the model learned from?"
measure = "out_of_vocabulary_share_difference"
across = ["columns"]
level = "refer"
limit = { at_most = 0.05 }
"""


def finding(tmp_path, new, old):
    rng = np.random.default_rng(1)
    for frame in (new, old):
        frame["need"] = rng.random(len(frame))
        frame["sex"] = rng.choice(["F", "M"], len(frame))
    assessment = assess(
        lambda X: X["need"].clip(0, 1) + 0 * X["note"].str.len(), new, rng.integers(0, 2, len(new)),
        reference=old, protected=["sex"], threshold=0.5, as_of=AS_OF,
        standard=write_standard(tmp_path, {"drift/words.toml": CHECK}),
    )  # fmt: skip
    return next(f for f in protect(assessment).findings if f.check == "DRIFT-15")


def test_new_words_are_not_met_and_told_in_100(tmp_path):
    found = finding(tmp_path, notes(400, 1, new=0.3), notes(400, 2))
    assert found.outcome.value == "not met"
    assert found.statement.startswith("The texts of column note hold many words")
    assert "words in 100 are new" in found.statement
    assert {m.measure for m in found.measurements if not m.withheld} == {
        "out_of_vocabulary_share_difference",
        "out_of_vocabulary_share",
        "text_length",
    }


def test_words_that_were_met_are_met(tmp_path):
    found = finding(tmp_path, notes(400, 1), notes(400, 2))
    assert found.outcome.value == "met"
    assert "but for the few that any new text brings" in found.statement


def test_a_column_of_free_text_is_left_to_the_checks_of_texts():
    long = ["in full time work, thirty hours or more", "in part time work, under thirty hours"]
    frames = [notes(100, s).assign(job=long * 50, need=range(100)) for s in (1, 2)]
    new, old = ({c: ColumnProfile.of(c, f[c]) for c in f} for f in frames)
    found = feature_drift(new, old, ["note", "job", "need"], SCOPE)
    assert [c.attribute for c in found.comparisons] == ["job", "need"]
    assert found.noted == ("Column note is free text, which is not compared value by value.",)
    alone = feature_drift(new, old, ["note"], SCOPE)
    assert not alone.applicable
    assert "free text only" in alone.reason
