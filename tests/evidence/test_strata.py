import numpy as np
import pytest

from essex_standard.errors import DataError
from essex_standard.evidence import strata
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held
from essex_standard.evidence.strata import Strata

SEX = np.array(["F", "M", "F", "M", "F"], dtype=object)
DEPARTMENT = np.array(["a b", "a b", "c", "unknown", "c"], dtype=object)


def evidence(sex=SEX, department=DEPARTMENT):
    n = len(sex)
    return Evidence.of(
        outcome=np.zeros(n, np.int8), flagged=np.arange(n) % 2 == 1,
        protected={"sex": sex}, factor=department,
    )  # fmt: skip


def test_people_are_counted_by_group_stratum_outcome_and_decision():
    found = Strata.of(evidence().strata["sex"])
    assert found.groups == ("F", "M")
    assert found.strata == ("a b", "c", "unknown")
    assert found.people[0, 1, 0].tolist() == [2, 0]
    assert found.people[1, 0, 0].tolist() == [0, 1]
    assert found.people[1, 2, 0].tolist() == [0, 1]
    assert found.people.sum() == 5


def test_without_a_factor_or_decisions_there_are_none():
    plain = {"outcome": np.zeros(2, np.int8), "protected": {"sex": SEX[:2]}}
    assert Evidence.of(**plain, flagged=np.array([True, False])).strata == {}
    assert Evidence.of(**plain, factor=DEPARTMENT[:2]).strata == {}


def test_parts_with_other_strata_add_up_and_are_stored():
    parts = [evidence(SEX[i], DEPARTMENT[i]) for i in ([0, 1], [2, 3, 4])]
    added = Strata.of((parts[0] + parts[1]).strata["sex"])
    assert added.strata == ("a b", "c", "unknown")
    assert added.people.sum() == 5
    held = Held(assessed=evidence())
    assert Held.from_dict(held.to_dict()).assessed.strata == held.assessed.strata


def test_evidence_stored_before_there_were_strata_has_none():
    stored = evidence().to_dict()
    del stored["strata"]
    assert Evidence.from_dict(stored).strata == {}


def test_too_many_strata_are_refused(monkeypatch):
    monkeypatch.setattr(strata, "MOST_STRATA", 3)
    with pytest.raises(DataError, match="4 strata, more than the 3"):
        evidence()
