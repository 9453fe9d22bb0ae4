"""What point estimates and Fairlearn's bootstrap intervals say of the same draws.

Fairlearn resamples rows and takes quantiles of the largest difference between groups. Resampling
rows that differ only in group and decision is a multinomial draw on their counts: most draws are
judged so, and a few go through `MetricFrame(n_boot=100)` itself, which takes seconds each.
"""

import time
import warnings

import numpy as np

from tests.simulation.judging import LIMIT, Population, at_the_limit, outcomes

RESAMPLES = 100
QUANTILES = (0.05, 0.95)
SIZES = ((500, 80, 40, 12, 6), (2000, 500, 200, 150, 60), (1000,) * 5, (796, 33, 22, 21, 9))
RATE = 0.6


def resampled(found, sizes, rng):
    """Return the quantiles of the largest difference over resamples of the counts."""
    cells = np.concatenate([found, sizes - found])
    n = int(cells.sum())
    k, rest = rng.multinomial(n, cells / n, RESAMPLES).reshape(RESAMPLES, 2, -1).transpose(1, 0, 2)
    with np.errstate(invalid="ignore"):
        rates = k / (k + rest)
    return np.nanquantile(np.nanmax(rates, 1) - np.nanmin(rates, 1), QUANTILES)


def metric_frame(found, sizes, seed):
    """Return Fairlearn's own quantiles of its difference, and the seconds it took."""
    from fairlearn.metrics import MetricFrame, true_positive_rate

    group = np.repeat(np.arange(len(sizes)), sizes)
    flagged = np.concatenate([np.arange(n) < k for k, n in zip(found, sizes, strict=True)])
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = MetricFrame(
            metrics=true_positive_rate, y_true=np.ones(len(group), int),
            y_pred=flagged.astype(int), sensitive_features=group, n_boot=RESAMPLES,
            ci_quantiles=list(QUANTILES), random_state=seed,
        )  # fmt: skip
        ends = frame.difference_ci()
    return np.array(ends, dtype=float), time.process_time() - start


def verdict(ends):
    """Return what an interval of the largest difference says beside the limit."""
    if ends[0] > LIMIT:
        return "not met"
    return "met" if ends[1] <= LIMIT else "uncertain"


def table(draws, themselves):
    """Yield the table: ours, resampling on counts, and Fairlearn itself on a few draws."""
    yield (
        "| positives a group | truth | ours: met / cannot tell / not met % "
        f"| point estimates fail % | bootstrap of {RESAMPLES}: the same "
        "| Fairlearn itself, draws |"
    )
    yield "|---|---|---|---|---|---|"
    spent, times = 0.0, 0
    for sizes in SIZES:
        for words, population in (
            ("fair", Population(sizes=sizes, rates=(RATE,) * len(sizes))),
            ("second group at the limit", at_the_limit(sizes, RATE, 1)),
        ):
            mine = outcomes(population, draws, seed=3)
            rng = np.random.default_rng(4)
            found = rng.binomial(sizes, population.rates, (draws, len(sizes)))
            counts = np.array(sizes)
            theirs = [verdict(resampled(k, counts, rng)) for k in found]
            own = []
            for i, k in enumerate(found[:themselves]):
                ends, took = metric_frame(k, counts, i)
                own.append(verdict(ends))
                spent, times = spent + took, times + 1

            def shares(outcomes_):
                return " / ".join(
                    f"{100 * outcomes_.count(o) / max(len(outcomes_), 1):.0f}"
                    for o in ("met", "uncertain", "not met")
                )

            ours = " / ".join(f"{100 * mine[o]:.0f}" for o in ("met", "uncertain", "not met"))
            sizes_ = "/".join(f"{n:,}" for n in sizes)
            yield (
                f"| {sizes_} | {words} | {ours} | {100 * mine['point']:.0f} | {shares(theirs)} "
                f"| {shares(own)}, {len(own)} |"
            )
    if times:
        yield f"\n`MetricFrame(n_boot={RESAMPLES})` took {spent / times:.1f} s of processor a draw."
