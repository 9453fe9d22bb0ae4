"""The whole shipped verdict on a model that is fair and calibrated by construction.

Each person's score is their true chance of the outcome, drawn from one distribution whatever their
sex, age or ethnic group; ethnic groups are as many as in Essex at the Census of 2021. `assess` runs
the shipped Standard; what only a submission can answer is left out of the count.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd

from essex_standard import assess
from essex_standard.assessment import Level, Outcome, verdict_of
from essex_standard.measures import MEASURES
from essex_standard.pipeline.standards import resolve_standard
from essex_standard.submission import Submission
from tests.simulation.answering import CENSUS_2021

THEMES = ("bias", "effectiveness")
OF_A_MODEL = frozenset(
    {"proxies", "flips", "swaps", "effects", "columns", "leakage", "dates", "consistency"}
)
"""What needs a model and the rows it reads, where only scores are given."""

MIXED = Submission.model_validate(
    {
        "schema": "essex-submission/1",
        "polarity": "mixed",
        "project": {"id": "fair-model", "title": "A model that is alike for all"},
    }
)
"""A flag brings help and scrutiny together, so that every block-level check applies."""

PREVALENCES = (0.05, 0.2)
PEOPLE = (500, 2000, 10_000, 50_000, 200_000)


def shipped(themes=THEMES):
    """Return the shipped Standard without what only a submission or a model could answer."""
    whole = resolve_standard(None)
    checks = {
        theme: tuple(
            c
            for c in whole.checks[theme]
            if not MEASURES[c.measure].needs & OF_A_MODEL and c.measure != "known_after_decision"
        )
        for theme in themes
    }
    return replace(whole, checks=checks, rules=())


def people(rng, n, prevalence):
    """Return scores, outcomes and three protected attributes that have nothing to do with them."""
    scores = rng.beta(2 * prevalence, 2 * (1 - prevalence), n)
    shares = np.array(list(CENSUS_2021.values())) / sum(CENSUS_2021.values())
    protected = pd.DataFrame(
        {
            "sex": rng.choice(["F", "M"], n),
            "age_band": rng.choice(["0-4", "5-9", "10-15", "16-17"], n, p=[0.3, 0.3, 0.3, 0.1]),
            "ethnicity": rng.choice(list(CENSUS_2021), n, p=shares),
        }
    )
    return scores, (rng.random(n) < scores).astype(int), protected


def verdicts(n, prevalence, draws, standard=None):
    """Return how often each verdict came, and which checks alone kept it from *pass*."""
    found, because = Counter(), Counter()
    standard = standard or shipped()
    for draw in range(draws):
        rng = np.random.default_rng((n, round(100 * prevalence), draw))
        scores, y, protected = people(rng, n, prevalence)
        assessment = assess(
            None, scores=scores, y=y, protected=protected, threshold=0.5, standard=standard,
            submission=MIXED,
        )  # fmt: skip
        findings = [f for f in assessment.findings if f.theme in THEMES]
        found[verdict_of(findings).value] += 1
        for f in findings:
            if f.level is Level.NOTE or f.outcome in (Outcome.MET, Outcome.NOT_APPLICABLE):
                continue
            if f.outcome is Outcome.UNCERTAIN and f.when_uncertain == "tell":
                continue
            because[f"{f.check} {f.outcome.printed.lower()}"] += 1
    return found, because


def table(draws, people=PEOPLE, prevalences=PREVALENCES):
    """Yield the table of verdicts."""
    yield "| people | prevalence | draws | block | refer | pass | findings in 100 draws behind it |"
    yield "|---|---|---|---|---|---|---|"
    for prevalence in prevalences:
        for n in people:
            found, because = verdicts(n, prevalence, draws)
            why = ", ".join(f"{c} {100 * k / draws:.0f}" for c, k in because.most_common(5))
            shares = " | ".join(
                f"{100 * found[v] / draws:.1f} %" for v in ("block", "refer", "pass")
            )
            yield f"| {n:,} | {prevalence:.0%} | {draws} | {shares} | {why} |"
