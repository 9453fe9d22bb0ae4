"""How often a gap bounded over unseen outcomes is misjudged, where one end lies at the limit.

``python tests/simulation/test_unseen_errors.py [DRAWS]`` prints, for each population, how often the
check is *met* although the worst case lies exactly at the limit, and *not met* although the best
case does. Both may be at most 5 %, with families as without.
"""

import sys

import numpy as np
import pytest

from essex_standard.evidence.evidence import Evidence
from essex_standard.measures.facts import Facts
from essex_standard.measures.unobserved import worst_case
from essex_standard.standard.check import Check
from essex_standard.standard.judge import decide
from essex_standard.statistics.comparison import Scope

LIMIT = 0.10
CHECK = Check(
    id="BIAS-72", title="Unseen", question="Unseen?", level="refer", limit={"at_most": LIMIT},
    measure="true_positive_rate_difference_worst_case", across=("protected",),
    evidence={"of": "positives"},
)  # fmt: skip
SCOPE = Scope(across=("protected",), of="positives")


def shares(end, unseen):
    """Return F's and M's shares of tp, fn, fp, tn, unseen flagged and unseen left, end at limit.

    Both have 40 in 100 with a seen outcome and equally many unseen of either decision. F's least
    rate is tp / (0.4 + u), everyone else's greatest (tp + u) / (0.4 + u): worst when F's is lower.
    """
    u, seen = unseen / 2, 0.4
    among = seen + u
    others = 0.6 * seen
    # At best even F's greatest lies the limit below everyone else's least.
    mine = others - LIMIT * among + (u if end == "worst" else -u)
    rest = 1 - seen - unseen

    def of(tp):
        return [tp, seen - tp, rest * 0.2, rest * 0.8, u, u]

    return of(mine), of(others)


def outcomes(end, *, size=(2000, 6000), unseen=0.04, cluster=1, draws=400, seed=11):
    """Return the share of draws that are met, uncertain and not met."""
    rng = np.random.default_rng(seed)
    found = dict.fromkeys(("met", "uncertain", "not met", "not assessed"), 0.0)
    for _ in range(draws):
        cells, group, family = [], [], []
        for name, n, share in zip("FM", size, shares(end, unseen), strict=True):
            drawn = rng.choice(6, n // cluster, p=share)
            cells.append(np.repeat(drawn, cluster))
            group += [name] * (n // cluster * cluster)
            family += [f"{name}{i}" for i in range(n // cluster) for _ in range(cluster)]
        cell = np.concatenate(cells)
        evidence = Evidence.of(
            outcome=np.array([1, 1, 0, 0, 2, 2], np.int8)[cell],
            flagged=np.array([1, 0, 1, 0, 1, 0], bool)[cell],
            threshold=0.5,
            protected={"sex": np.array(group, dtype=object)},
            clusters=np.array(family) if cluster > 1 else None,
        )
        facts = Facts(assessed=evidence, score_kind="none")
        measured = worst_case(facts, SCOPE, rate="true_positive_rate")
        found[decide(CHECK, measured).outcome.value] += 1 / draws
    return found


POPULATIONS = (
    {"unseen": 0.01},
    {"unseen": 0.04},
    {"unseen": 0.04, "size": (400, 4000)},
    {"unseen": 0.02, "size": (10_000, 10_000)},
    {"unseen": 0.04, "size": (3000, 9000), "cluster": 4},
)


@pytest.mark.parametrize(("end", "error"), [("worst", "met"), ("best", "not met")])
def test_an_end_at_the_limit_is_misjudged_in_at_most_5_in_100(end, error):
    draws = 60
    found = outcomes(end, unseen=0.04, draws=draws)
    assert found[error] <= 0.05 + 3 * (0.05 * 0.95 / draws) ** 0.5


def main():
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    for population in POPULATIONS:
        for end in ("worst", "best"):
            found = outcomes(end, draws=draws, **population)
            figures = ", ".join(f"{k} {v:.1%}" for k, v in found.items())
            sys.stdout.write(f"{population}, {end} case at the limit: {figures}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
