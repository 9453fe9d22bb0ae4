"""Whether the model gives away who it was trained on.

What is judged takes two attacks to say so: one on the model itself, which drift between the
reference and the people assessed can feign, and one on a copy fitted to half of the reference,
which drift cannot touch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from essex_standard.measurement import Measurement
from essex_standard.measures.column_pairs import NO_REFERENCE
from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured

if TYPE_CHECKING:
    from essex_standard.experiments.membership import Membership
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope
    from essex_standard.statistics.held_out import RankEstimate

MEASURE = "membership_inference_auc"

NO_SCORES = "the people the model learned from could not be scored, or their outcomes are not known"

NO_COPY = (
    "{reason}: whether members are told apart because they were learned from, or because people "
    "and records changed since, cannot be told. A breach is therefore never certain here."
)


@dataclass(frozen=True, slots=True)
class BothAttacks:
    """Members are given away if both attacks say so, and are not if neither does.

    Without a copy nothing says that they are (an intersection-union test, Berger 1982).
    """

    attack: RankEstimate
    copy: RankEstimate | None

    @property
    def value(self) -> float:
        """The AUROC of the attack on the model itself."""
        return self.attack.value

    def above(self, x: float) -> float:
        """Return the lesser support of both attacks."""
        return 0.0 if self.copy is None else min(self.attack.above(x), self.copy.above(x))

    def below(self, x: float) -> float:
        """Return the lesser support of both attacks; without a copy, of the one on the model."""
        mine = self.attack.below(x)
        return mine if self.copy is None else min(mine, self.copy.below(x))

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the interval of the attack on the model itself."""
        return self.attack.interval(confidence)


def membership_inference_auc(facts: Facts, scope: Scope) -> Measured:
    """Return how well an attacker tells the people the model learned from, from those it did not.

    0.5 means not at all, 1 that everyone is found. Told beside it: the same of a copy, and by how
    much better the model orders the people it learned from (``overfitting_gap``).
    """
    if facts.reference is None:
        return Measured.not_assessed(NO_REFERENCE)
    found = facts.membership
    noted = tuple(_carried(facts))
    if found is None or found.attack is None:
        reason = NO_SCORES if found is None else found.reason or NO_SCORES
        return Measured.not_assessed(reason, noted=noted)
    if found.copy is None:
        noted = (NO_COPY.format(reason=found.no_copy[:1].upper() + found.no_copy[1:]), *noted)
    members, others = found.n
    return Measured(
        comparisons=(
            Comparison(
                measure=MEASURE,
                name="the model",
                estimate=BothAttacks(found.attack, found.copy),
                n=others,
                n_versus=members,
            ),
        ),
        told=tuple(_told(found, scope.confidence)),
        noted=noted,
    )


def _told(found: Membership, confidence: float) -> Iterator[Measurement]:
    if found.copy is not None:
        low, high = found.copy.interval(confidence)
        yield Measurement(
            measure=f"{MEASURE}_of_copy",
            value=found.copy.value,
            low=low,
            high=high,
            n=found.n[0],
        )
    if found.roc_auc is not None:
        yield Measurement(
            measure="overfitting_gap",
            value=found.roc_auc[0] - found.roc_auc[1],
            n=found.fewest_outcomes,
        )


def _carried(facts: Facts) -> Iterator[str]:
    if facts.rows_inside:
        yield (
            f"The model file carries people it was trained on: {listed(facts.rows_inside)}. Guard "
            "it as the data themselves are guarded; it may leave the building only if they may."
        )
