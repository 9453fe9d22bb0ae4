"""What a band of the score means by group: hand-worked, properties, and what is not assessed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.measures import MEASURES
from essex_standard.statistics.comparison import Scope

from .people import facts

PROTECTED = Scope(across=("protected",), of="rows")
WHOLE = Scope(across=("whole",), of="rows")


def given_people(cells, **more):
    """Return people of ``(band, group): (without, with the outcome)``, in bands 1, 2 and 3."""
    rows = [
        (band, y, group) for (band, group), n in cells.items() for y in (0, 1) for _ in range(n[y])
    ]
    score, y, group = zip(*rows, strict=True)
    return {
        "scores": score, "y": y, "protected": {"sex": group}, "group_scores": ("protected",),
        "score_kind": "unbounded", "threshold": 2, **more,
    }  # fmt: skip


BY_HAND = {
    (1, "F"): (90, 10), (1, "M"): (80, 20), (1, "X"): (30, 10),
    (2, "F"): (60, 40), (2, "M"): (50, 50), (2, "X"): (30, 10),
    (3, "F"): (30, 70), (3, "M"): (60, 40), (3, "X"): (20, 20),
}  # fmt: skip


def measured(measure, given, scope=PROTECTED):
    return MEASURES[measure].compute(facts(**given), scope)


def values(found):
    return {(c.group, c.versus): c.estimate.value for c in found.comparisons}


def test_each_band_of_each_group_is_set_against_everyone_else_in_the_band():
    found = values(measured("band_outcome_rate_difference", given_people(BY_HAND)))
    assert len(found) == 9
    assert found["1 & F", "rest"] == pytest.approx(10 / 100 - 30 / 140)
    assert found["2 & X", "rest"] == pytest.approx(10 / 40 - 90 / 200)
    assert found["3 & M", "rest"] == pytest.approx(40 / 100 - 90 / 140)


def test_pairs_and_a_reference_group_can_be_asked_for():
    scope = Scope(across=("protected",), of="rows", compare="reference:M")
    found = values(measured("band_outcome_rate_difference", given_people(BY_HAND), scope))
    assert found["1 & F", "1 & M"] == pytest.approx(0.1 - 0.2)
    assert set(found) == {(f"{b} & {g}", f"{b} & M") for b in (1, 2, 3) for g in "FX"}
    pairs = Scope(across=("protected",), of="rows", compare="pairs")
    assert (
        len(measured("band_outcome_rate_difference", given_people(BY_HAND), pairs).comparisons) == 9
    )


def test_every_higher_band_is_set_against_every_lower_one():
    found = values(measured("band_order", given_people(BY_HAND), WHOLE))
    assert found == {
        ("2", "1"): pytest.approx(40 / 240 - 100 / 240),
        ("3", "1"): pytest.approx(40 / 240 - 130 / 240),
        ("3", "2"): pytest.approx(100 / 240 - 130 / 240),
    }


def test_people_of_unknown_outcome_count_nowhere():
    cells = given_people(BY_HAND)
    unknown = {
        **cells,
        "scores": (*cells["scores"], *[3] * 500),
        "y": (*cells["y"], *[2] * 500),
        "protected": {"sex": (*cells["protected"]["sex"], *["F"] * 500)},
    }
    for measure, scope in (("band_outcome_rate_difference", PROTECTED), ("band_order", WHOLE)):
        one, other = measured(measure, cells, scope), measured(measure, unknown, scope)
        assert values(one) == values(other)
        assert [c.n for c in one.comparisons] == [c.n for c in other.comparisons]


def test_weights_count_for_rates_and_rows_for_cases():
    cells = given_people(BY_HAND)
    w = np.where(np.array(cells["y"]) == 1, 3.0, 1.0)
    found = measured("band_outcome_rate_difference", {**cells, "weights": w})
    assert values(found)["1 & F", "rest"] == pytest.approx(30 / 120 - 90 / 200)
    assert found.comparisons[0].n == 100


def test_families_make_less_certain():
    cells = given_people(BY_HAND)
    # Whole families share band, outcome and group.
    keys = list(zip(cells["scores"], cells["y"], cells["protected"]["sex"], strict=True))
    families = np.array([f"{k}-{i // 5}" for i, k in enumerate(keys)], dtype=object)
    alone = measured("band_outcome_rate_difference", cells).comparisons[0].estimate.interval(0.95)
    together = measured("band_outcome_rate_difference", {**cells, "clusters": families})
    low, high = together.comparisons[0].estimate.interval(0.95)
    assert high - low > 1.5 * (alone[1] - alone[0])


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from("FMX")),
        st.tuples(st.integers(10, 40), st.integers(10, 40)),
        min_size=4,
    )
)
def test_two_groups_mirror_each_other_and_gaps_stay_within_one(cells):
    found = measured("band_outcome_rate_difference", given_people(cells))
    for band in {b for b, _ in cells}:
        of_band = [
            c
            for c in found.comparisons
            if c.group.startswith(f"{band} ") and c.estimate is not None
        ]
        assert all(-1 <= c.estimate.value <= 1 for c in of_band)
        present = {g for b, g in cells if b == band}
        if len(present) == 2 and len(of_band) == 2:
            assert of_band[0].estimate.value == pytest.approx(-of_band[1].estimate.value)


def test_the_order_of_the_rows_does_not_matter():
    cells = given_people(BY_HAND)
    turned = {
        **cells,
        "scores": cells["scores"][::-1],
        "y": cells["y"][::-1],
        "protected": {"sex": cells["protected"]["sex"][::-1]},
    }
    one = measured("band_outcome_rate_difference", cells)
    assert values(one) == values(measured("band_outcome_rate_difference", turned))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"y": None}, "no outcome was given"),
        ({"y": 0}, "only one of the two outcomes occurs"),
        ({"scores": 0.3}, "nearly everybody has the same score"),
        ({"protected": {}}, "no protected attribute was given"),
        ({"protected": {"sex": "F"}}, "only one group"),
        ({"group_scores": ()}, "were not gathered"),
    ],
)
def test_what_cannot_be_compared_is_not_assessed(changed, reason):
    cells = given_people(BY_HAND)
    n = len(cells["y"])
    for key, value in changed.items():
        if key == "protected":
            cells[key] = {k: [v] * n for k, v in value.items()}
        else:
            cells[key] = [value] * n if isinstance(value, (int, float)) else value
    found = measured("band_outcome_rate_difference", cells)
    assert not found.comparisons
    assert reason in found.reason


def test_a_predicted_quantity_has_no_bands_of_risk():
    found = measured("band_order", {**given_people(BY_HAND), "score_kind": "quantity"}, WHOLE)
    assert "has no bands of risk" in found.reason
