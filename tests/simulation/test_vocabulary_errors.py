"""How often texts are said to hold new words that do not, and the other way round.

``python -m tests.simulation.test_vocabulary_errors 200`` prints the whole table, 200 draws a cell.
The true value is the mean over the draws, so that the errors are the interval's own.
"""

import sys

import numpy as np
import pytest

from tests.measures.test_vocabulary import measured, notes

SIZES = [(100, 100), (200, 1000), (1000, 1000), (1000, 5000)]
NEW = (0.0, 0.06, 0.15)
LIMIT = 0.05


def draws(n, m, new, times):
    """Return the estimates from n texts, a share of whose words is new, beside m others."""
    return [
        measured(notes(n, [s, n, m, 1], new=new), notes(m, [s, n, m, 2])).comparisons[0].estimate
        for s in range(times)
    ]


def rates(estimates, limit):
    """Return the shares of draws found *not met* and *met* at the limit, each at 5 %."""
    beyond, within = (
        np.array([1 - support(limit) for support in tests])
        for tests in ([e.above for e in estimates], [e.below for e in estimates])
    )
    return float((beyond <= 0.05).mean()), float((within <= 0.05).mean())


@pytest.mark.parametrize(("n", "m"), [(100, 100), (150, 300)])
def test_texts_of_one_kind_are_not_said_to_hold_new_words(n, m):
    found = draws(n, m, 0.0, 40)
    assert rates(found, LIMIT)[0] == 0
    assert abs(np.mean([e.value for e in found])) < 0.01


def test_at_the_true_value_neither_error_is_common():
    found = draws(300, 600, 0.06, 50)
    # 50 draws at 5 %: eight would come up in one run of a thousand.
    assert max(rates(found, float(np.mean([e.value for e in found])))) <= 7 / 50


def test_words_well_beyond_the_limit_are_found():
    assert rates(draws(400, 800, 0.2, 10), LIMIT) == (1.0, 0.0)


def line(n, m, new, times):
    """Return one row of the table."""
    found = draws(n, m, new, times)
    truth = float(np.mean([e.value for e in found]))
    figures = [100 * x for x in (*rates(found, truth), *rates(found, LIMIT))]
    return f"| {n:,} | {m:,} | {truth:.3f} | {' | '.join(f'{x:.1f}' for x in figures)} |\n"


if __name__ == "__main__":
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    sys.stdout.write("| assessed | reference | true excess | at it: *not met* % | *met* % ")
    sys.stdout.write("| limit 0.05: *not met* % | *met* % |\n|---|---|---|---|---|---|---|\n")
    for n, m in SIZES:
        for new in NEW:
            sys.stdout.write(line(n, m, new, times))
            sys.stdout.flush()
