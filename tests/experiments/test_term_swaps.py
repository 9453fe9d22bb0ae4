"""What identity terms decide is counted by hand, and row by row as the paper defines it."""

import numpy as np
import pandas as pd
import pytest

from essex_standard.experiments import term_swaps as module
from essex_standard.experiments.counterfactual_flips import UNSTEADY
from essex_standard.experiments.lexicon import Characteristic, Exchange, Lexicon, TermRow
from essex_standard.experiments.term_swaps import MOST_CHARACTERS, term_swaps
from essex_standard.pipeline.standards import resolve_standard
from essex_standard.statistics.estimates import Exact
from essex_standard.statistics.proportions import Proportion

SHIPPED = resolve_standard(None).lexicon
FAITH = Lexicon(
    name="faith",
    version="1",
    characteristics=(
        Characteristic(
            name="faith",
            groups=("Muslim", "Sikh", "Hindu"),
            rows=(
                TermRow(spellings={"Muslim": ("Muslim",), "Sikh": ("Sikh",), "Hindu": ("Hindu",)}),
            ),
        ),
    ),
)


def swaps(score, notes, lexicon=FAITH, **more):
    frame = pd.DataFrame({"note": notes, "n": range(len(notes))})
    return term_swaps(score, frame, ["note"], lexicon, threshold=0.5, seed=1, **more)


def by_target(found):
    return {s.target: s.changes for s in found.swaps}


def sikh_is_worth(amount):
    """0.4 for everybody, and `amount` more where the text says Sikh."""
    return lambda f: 0.4 + amount * f["note"].str.contains("Sikh", na=False).to_numpy()


NOTES = ["a Muslim family", "a Muslim home", "a Sikh family", "a Hindu family", "no word of it"]


def test_swaps_are_those_that_can_be_counted_by_hand():
    found = swaps(sikh_is_worth(0.2), NOTES)
    changed = by_target(found)
    # To Sikh: two Muslim texts and a Hindu one reach 0.6. To Muslim: the Sikh text falls.
    assert {t: (c.n, c.changed, c.gained) for t, c in changed.items()} == {
        "Sikh": (3, 3, 3), "Muslim": (2, 1, 0), "Hindu": (3, 1, 0),
    }  # fmt: skip
    assert changed["Sikh"].mean == pytest.approx(0.2)
    assert changed["Hindu"].mean == pytest.approx(-0.2 / 3)
    assert (found.examined, found.rows, found.without, found.cut) == (5, 5, 1, False)


def test_the_terms_that_did_it_are_named_with_their_counts():
    found = swaps(sikh_is_worth(0.2), NOTES)
    told = {(e.term, e.became): (e.n, e.changed) for e in found.effects}
    assert told == {
        ("Muslim", "Sikh"): (2, 2), ("Hindu", "Sikh"): (1, 1), ("Sikh", "Muslim"): (1, 1),
        ("Hindu", "Muslim"): (1, 0), ("Muslim", "Hindu"): (2, 0), ("Sikh", "Hindu"): (1, 1),
    }  # fmt: skip


def test_a_model_deaf_to_the_terms_is_a_counted_fact():
    found = swaps(lambda f: f["n"].to_numpy() / 10, NOTES)
    assert {c.estimate for c in by_target(found).values()} == {Exact(0.0)}


def test_counted_row_by_row_as_counterfactual_token_fairness_is_defined():
    rng = np.random.default_rng(7)
    words = ["she", "he", "mother", "Muslim", "church", "deaf", "young", "home", "visit", "risk"]
    notes = [" ".join(rng.choice(words, rng.integers(2, 8))) for _ in range(150)]
    weight = dict(zip(words, rng.normal(size=len(words)), strict=True))
    threshold = 0.5

    def of_one(text):
        return 1 / (1 + np.exp(-sum(weight.get(w, 0.3) for w in text.split())))

    def score(frame):
        return np.array([of_one(t) for t in frame["note"]])

    frame = pd.DataFrame({"note": notes})
    found = term_swaps(score, frame, ["note"], SHIPPED, threshold=threshold, seed=1)
    assert len(found.swaps) >= 15
    for swap in found.swaps:
        c = next(c for c in SHIPPED.characteristics if c.name == swap.characteristic)
        exchange = Exchange(c, SHIPPED.function_words)
        gaps, turned = [], 0
        for text in notes:
            others = [
                f for f in exchange.find(text)
                if f.group != swap.target and exchange.counterpart(f, swap.target)
            ]  # fmt: skip
            if others:
                counterfactual, _ = exchange.between(
                    text, exchange.find(text), others[0].group, swap.target
                )
                gaps.append(of_one(counterfactual) - of_one(text))
                turned += (of_one(counterfactual) >= threshold) != (of_one(text) >= threshold)
        assert (swap.changes.n, swap.changes.changed) == (len(gaps), turned)
        assert swap.changes.mean_absolute == pytest.approx(np.abs(gaps).mean())
        assert swap.changes.mean == pytest.approx(np.mean(gaps))


@pytest.mark.parametrize("dtype", [object, "string", "category", "str"])
def test_missing_texts_stay_missing_and_types_stay(dtype):
    notes = pd.Series([*NOTES, None] * 3).astype(dtype)
    seen = []

    def score(f):
        seen.append((f["note"].dtype == notes.dtype, int(f["note"].isna().sum())))
        return sikh_is_worth(0.2)(f.assign(note=f["note"].astype(object)))

    found = swaps(score, notes)
    assert by_target(found)["Sikh"].changed == 9
    # A text with exchanged terms is no category of the data.
    assert all(same or dtype == "category" for same, _ in seen)
    assert found.without == 6


def test_several_texts_of_a_person_change_together():
    frame = pd.DataFrame({"a": ["Muslim", "none"], "b": ["a Muslim home", "Sikh"]})
    seen = []

    def score(f):
        seen.append(f[["a", "b"]].to_numpy().tolist())
        return np.zeros(len(f))

    found = term_swaps(score, frame, ["a", "b"], FAITH, threshold=0.5, seed=1)
    assert ["Sikh", "a Sikh home"] in [row for call in seen for row in call]
    assert by_target(found)["Sikh"].n == 1


def test_no_text_stands_in_a_result_a_reason_or_an_error():
    def quoting(f):
        if f["note"].str.contains("Sikh").all():
            raise ValueError(f["note"].iloc[0])
        return np.zeros(len(f))

    found = swaps(quoting, ["CANARY is Muslim", "CANARY too is Hindu"] * 20)
    assert "CANARY" not in repr(found)
    broken = next(s for s in found.swaps if s.target == "Sikh")
    assert broken.changes is None
    assert broken.reason == "the model could not score these texts (ValueError)"
    assert by_target(found)["Hindu"].changed == 0


def test_dice_no_texts_and_no_terms_are_told():
    dice = np.random.default_rng(0)
    assert swaps(lambda f: dice.uniform(size=len(f)), NOTES).reason == UNSTEADY
    none = swaps(pytest.fail, ["nothing", "at all"])
    assert none.reason == "no text examined holds a term of the list"
    assert none.without == 2
    assert swaps(pytest.fail, []).reason == "there are no texts"


def test_a_word_is_not_cut_in_two_where_looking_through_ends():
    text = "x " * (MOST_CHARACTERS // 2 - 4) + "a Muslims"
    assert text[:MOST_CHARACTERS].endswith("Muslim")
    assert swaps(lambda f: np.zeros(len(f)), [text, "Sikh"]).without == 1


def test_a_function_of_all_rows_at_once_is_told_and_does_not_stop_the_rest():
    def fixed(f):
        if len(f) != len(NOTES):
            raise ValueError("CANARY")
        return np.zeros(len(f))

    found = swaps(fixed, NOTES)
    assert "CANARY" not in repr(found)
    assert found.reason.startswith("the model could not score some of the people by themselves (")


def test_of_very_long_texts_the_beginning_is_looked_through_and_all_is_scored():
    long = "x " * MOST_CHARACTERS
    lengths = []

    def score(f):
        lengths.extend(f["note"].str.len())
        return np.zeros(len(f))

    found = swaps(score, [f"Muslim {long} Hindu", f"{long} Muslim"])
    assert found.cut
    assert found.without == 1
    assert by_target(found)["Sikh"].n == 1
    assert min(lengths) > 2 * MOST_CHARACTERS


def test_what_is_drawn_stays_within_its_bounds_and_is_no_counted_fact(monkeypatch):
    monkeypatch.setattr(module, "MOST_SCANNED", 3_000)
    notes = [f"a Muslim family of {i}" for i in range(1_000)]
    found = swaps(lambda f: np.zeros(len(f)), notes)
    again = swaps(lambda f: np.zeros(len(f)), notes)
    assert found == again
    assert found.examined < 200
    assert all(isinstance(c.estimate, Proportion) for c in by_target(found).values())


def test_families_make_the_share_less_certain():
    rng = np.random.default_rng(3)
    sikh = np.repeat(rng.integers(0, 2, 60), 10)
    notes = np.where(sikh, "a Sikh family", "a Hindu family").tolist()
    buckets = np.repeat(np.arange(60), 10)
    alone = by_target(swaps(sikh_is_worth(0.2), notes))["Muslim"]
    together = by_target(swaps(sikh_is_worth(0.2), notes, buckets=buckets))["Muslim"]
    assert together.estimate.value == pytest.approx(alone.estimate.value)
    assert together.effective < alone.effective / 3
