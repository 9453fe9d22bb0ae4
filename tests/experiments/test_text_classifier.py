"""Texts that changed are told apart; texts that did not are not."""

import numpy as np
import pandas as pd
import pytest

from essex_standard.experiments import text_classifier as module
from essex_standard.experiments.text_classifier import text_classifier

WORDS = np.array([f"word{i}" for i in range(200)])


def notes(n, seed, first=""):
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, 201)
    said = rng.choice(WORDS, (n, 12), p=weights / weights.sum())
    return pd.Series([f"{first} {' '.join(s)}" for s in said])


def test_texts_of_one_kind_cannot_be_told_apart():
    found = text_classifier("note", notes(800, 1), notes(900, 2), seed=1)
    low, high = found.roc_auc.interval(0.95)
    assert low < 0.5 < high
    assert found.n == found.rows == (800, 900)


def test_a_new_form_is_found():
    new = pd.concat([notes(400, 1, "online"), notes(400, 3)], ignore_index=True)
    found = text_classifier("note", new, notes(800, 2), seed=1)
    # Half are told without fail, of the others nothing is known: 0.5 + 0.5 / 2.
    assert found.roc_auc.value == pytest.approx(0.75, abs=0.04)


def test_the_same_texts_in_any_order_are_no_evidence():
    texts = notes(600, 1)
    found = text_classifier("note", texts, texts.sample(frac=1, random_state=2), seed=1)
    assert found.roc_auc.value == pytest.approx(0.5, abs=1e-9)


def test_a_family_is_held_out_whole():
    # Each family is written of in words of its own, on one side only.
    family = np.repeat(np.arange(30), 20)
    old, new = (pd.Series([f"{s}{f} on {i}" for i, f in enumerate(family)]) for s in ("o", "n"))
    open_ = text_classifier("note", new, old, seed=1)
    clusters = (pd.Series(family + 100), pd.Series(family))
    grouped = text_classifier("note", new, old, seed=1, clusters=clusters)
    assert open_.roc_auc.value > 0.95
    assert grouped.roc_auc.below(0.5) > 0.05
    assert grouped.roc_auc.freedom < 30


def test_too_few_texts_and_texts_without_a_word_are_reasons():
    few = text_classifier("note", pd.Series(["a b", None] * 8), notes(50, 1), seed=1)
    assert few.roc_auc is None
    assert "too few texts" in few.reason
    assert few.n == (8, 50)
    blank = text_classifier("note", pd.Series(["!"] * 50), pd.Series(["?"] * 50), seed=1)
    assert blank.roc_auc is None
    assert "no word" in blank.reason


def test_of_many_texts_some_are_drawn(monkeypatch):
    monkeypatch.setattr(module, "MOST_TEXTS", 100)
    found = text_classifier("note", notes(300, 1), notes(200, 2), seed=1)
    assert (found.n, found.rows) == ((100, 100), (300, 200))
    assert text_classifier("note", notes(300, 1), notes(200, 2), seed=1) == found
