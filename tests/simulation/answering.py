"""From which size can each check answer? And the real sizes of one county.

For each rate the smallest number of people a group that makes a model alike in all groups *met* in
80 % of draws, and a gap of twice the limit *not met* in 80 %.

The county is Essex: referrals and re-referrals to children's social care (Department for Education,
Children in need, years to 31 March) spread over the ethnic groups of its Census 2021 population
(Office for National Statistics). Both under the Open Government Licence v3.0. Children differ from
the whole population in their ethnic groups; the sizes are what matters here.
"""

from functools import cache

from tests.simulation.grid import FURTHER, MINIMUM, RATES, TRUTHS, moved, share_and_rate
from tests.simulation.judging import OF, Population, outcomes

RATES_OF = {2: "two groups", 5: "five groups", 10: "ten groups"}
GOAL = 0.80
LADDER = tuple(int(50 * 1.15**i) for i in range(40))

CENSUS_2021 = {
    "White": 1_358_552,
    "Asian": 56_253,
    "Black": 37_393,
    "Mixed": 36_774,
    "Other": 14_549,
}
CENSUS_2021_19 = (
    1_279_711, 63_812, 25_324, 23_024, 13_745, 12_052, 11_861, 11_079, 10_431, 9_651, 7_612, 7_129,
    6_867, 5_613, 5_005, 4_940, 2_497, 1_773, 1_395,
)  # fmt: skip
REREFERRALS = {2025: 881, 2024: 1059, 2023: 888, 2022: 1361, 2021: 1335, 2020: 1526, 2019: 1685,
               2018: 1519, 2017: 2089, 2016: 3482}  # fmt: skip
REFERRALS_2025 = 5705
WARD_CHILDREN = 300


@cache
def share(rate_value, rate, groups, people, truth, outcome, draws):
    """Return how often groups of so many people give the outcome."""
    sizes = (people,) * groups
    rates = moved(sizes, rate_value, TRUTHS[truth])
    population = Population(sizes=sizes, rates=rates, rate=rate)
    return outcomes(population, draws, seed=(people, groups))[outcome]


def smallest(rate_value, rate, groups, truth, outcome, draws):
    """Return the first step of the ladder that reaches the goal, by halving it."""
    low, high = -1, len(LADDER) - 1
    while high - low > 1:
        middle = (low + high) // 2
        reached = share(rate_value, rate, groups, LADDER[middle], truth, outcome, draws) >= GOAL
        low, high = (low, middle) if reached else (middle, high)
    return LADDER[high]


def rounded(n):
    """Return two significant figures."""
    digits = max(len(str(round(n))) - 2, 0)
    return int(round(n, -digits))


def from_which_size(draws):
    """Yield the table of smallest sizes."""
    yield (
        "| check on | prevalence | rate | counted | "
        + " | ".join(
            f"{w}: fair is met from | twice the limit is found from" for w in RATES_OF.values()
        )
        + " | people in all, five groups |"
    )
    yield "|---" * (5 + 2 * len(RATES_OF)) + "|"
    for rate in (*RATES, *FURTHER):
        for prevalence in (0.05, 0.20, 0.50):
            counted, value = share_and_rate(rate, prevalence)
            met, found = (
                {g: smallest(round(value, 2), rate, g, truth, outcome, draws) for g in RATES_OF}
                for truth, outcome in (("fair", "met"), ("twice the limit", "not met"))
            )
            figures = " | ".join(f"{rounded(met[g]):,} | {rounded(found[g]):,}" for g in RATES_OF)
            people = rounded(5 * max(met[5], found[5]) / counted)
            yield (
                f"| {rate.replace('_', ' ')} | {prevalence:.0%} | {value:.2f} | {OF[rate]} a group "
                f"| {figures} | {people:,} |"
            )


def spread(people, weights):
    """Return so many people, spread like the population."""
    total = sum(weights)
    return tuple(sorted((max(round(people * w / total), 1) for w in weights), reverse=True))


def real_places():
    """Yield (words, rate, value, sizes) of one ward and one county."""
    five, nineteen = tuple(CENSUS_2021.values()), CENSUS_2021_19
    years = list(REREFERRALS.values())
    tpr = "true_positive_rate"
    for words, n in (
        ("Essex, re-referrals of 2025", years[0]),
        ("Essex, re-referrals of three years", sum(years[:3])),
        ("Essex, re-referrals of ten years", sum(years)),
    ):
        yield f"{words}: {n:,} over 5 ethnic groups", tpr, 0.6, spread(n, five)
        yield f"{words}: {n:,} over 19 ethnic groups", tpr, 0.6, spread(n, nineteen)
        half = (n // 2, n - n // 2)
        yield f"{words}: {n:,} over two sexes", tpr, 0.6, half
    others = REFERRALS_2025 - years[0]
    fpr = "false_positive_rate"
    words = f"Essex, referrals of 2025 without a re-referral: {others:,}"
    yield f"{words} over 5 ethnic groups", fpr, 0.1, spread(others, five)
    words = f"One ward, {WARD_CHILDREN} children scored"
    yield f"{words}, 60 with the outcome, two sexes", tpr, 0.6, (30, 30)
    yield f"{words}, 240 without it, two sexes", fpr, 0.1, (120, 120)
    yield f"{words}, 240 without it, 5 ethnic groups", fpr, 0.1, spread(240, five)


def real_sizes(draws):
    """Yield the table of real places."""
    yield (
        "| place | groups of 50 or more | fair: met | cannot tell | not assessed | not met "
        "| twice the limit: not met | cannot tell | point estimates fail a fair model |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for words, rate, value, sizes in real_places():
        judged = sum(n >= MINIMUM and sum(sizes) - n >= MINIMUM for n in sizes)
        fair = outcomes(Population(sizes=sizes, rates=(value,) * len(sizes), rate=rate), draws)
        apart = moved(sizes, value, 0.2)
        gap = outcomes(Population(sizes=sizes, rates=apart, rate=rate), draws) if apart else None
        figures = " | ".join(
            f"{fair[o]:.0%}" for o in ("met", "uncertain", "not assessed", "not met")
        )
        power = "- | -" if gap is None else f"{gap['not met']:.0%} | {gap['uncertain']:.0%}"
        yield f"| {words} | {judged} of {len(sizes)} | {figures} | {power} | {fair['point']:.0%} |"
