"""Assessments made by hand, already protected, for every way a report can come out."""

from __future__ import annotations

from dataclasses import replace

from essex_standard.assessment import (
    Assessment,
    Finding,
    HowWeKnow,
    Level,
    Outcome,
    Release,
    StandardRef,
    Subject,
)
from essex_standard.context import AgreementSummary, Context, PerThousand
from essex_standard.measurement import Measurement

DIGEST = "sha256:" + "ab12" * 16
GROUPS = {
    "gender": ("F", "M"),
    "age band": ("0-35", "35-55", "55 and over"),
    "disability": ("N", "Y"),
    "deprivation": ("most deprived fifth", "second", "third", "fourth", "least deprived fifth"),
}
COLUMNS = (
    "previous attempts",
    "credits studied",
    "clicks in week 1",
    "clicks in week 2",
    "first mark",
    "days since registration",
    "region",
    "highest education",
)
WITHHELD = ("age band", "55 and over")


def rates(
    rate: str, base: float, limit: float | None = 0.10, *, off: float = 0.0
) -> tuple[Measurement, ...]:
    """Return each group's rate and gap; `off` is how far the group gender M lies below."""
    found = [Measurement(measure=rate, value=base, low=base - 0.01, high=base + 0.01, n=4120)]
    step = 0
    for attribute, groups in GROUPS.items():
        for group in groups:
            step += 1
            gap = -off if (attribute, group) == ("gender", "M") else (step % 5 - 2) / 100
            value = round(base + gap, 2)
            width = 0.09 if group == "Y" else 0.04
            if (attribute, group) == WITHHELD:
                found.append(
                    Measurement(measure=rate, attribute=attribute, group=group, withheld=True)
                )
                found.append(
                    Measurement(
                        measure=f"{rate}_difference_to_rest",
                        attribute=attribute,
                        group=group,
                        versus="rest",
                        limit=limit,
                        withheld=True,
                    )
                )
                continue
            found.append(
                Measurement(
                    measure=rate,
                    attribute=attribute,
                    group=group,
                    value=value,
                    low=round(value - width, 2),
                    high=round(min(value + width, 1), 2),
                    n=100 * step + 45,
                )
            )
            found.append(
                Measurement(
                    measure=f"{rate}_difference_to_rest",
                    attribute=attribute,
                    group=group,
                    versus="rest",
                    value=round(gap, 2),
                    low=round(gap - width, 2),
                    high=round(gap + width, 2),
                    n=100 * step + 45,
                    limit=limit,
                )
            )
        found.append(Measurement(measure=f"{rate}_difference", attribute=attribute, value=0.04))
    return tuple(found)


def finding(check: str, title: str, theme: str, outcome: Outcome, **more: object) -> Finding:
    """Return a finding with everything a reader could be shown."""
    given: dict[str, object] = {
        "level": Level.REFER,
        "how_we_know": HowWeKnow.MEASURED,
        "statement": "What was found stands in this sentence.",
        "question": f"{title}: is it so?",
        "why": "It matters to the people scored.",
        "remedy": ("Do something about it.",),
        "limit_words": "at most 0.10",
        "limit": 0.10,
        "confidence": 0.95,
    }
    return Finding(check=check, title=title, theme=theme, outcome=outcome, **{**given, **more})


def bias(
    check: str, title: str, rate: str, base: float, outcome: Outcome, **more: object
) -> Finding:
    """Return a finding about groups."""
    off = 0.17 if outcome is Outcome.NOT_MET else 0.01
    names = tuple(f"{a}: {g}" for a, groups in GROUPS.items() for g in groups)
    small = f"{WITHHELD[0]}: {WITHHELD[1]}"
    statements = {
        Outcome.MET: "Every group that could be compared lies within 10 points of everyone else.",
        Outcome.NOT_MET: "Men in need are found less often than everyone else: 54 of 100, not 71. "
        "The gap is 17 points (likely 13 to 21); the limit is 10.",
        Outcome.UNCERTAIN: "The cases at hand cannot show whether disabled students are found as "
        "often. About 900 further cases would settle it.",
    }
    return finding(
        check,
        title,
        "bias",
        outcome,
        statement=statements.get(outcome, "It could not be examined."),
        measurements=rates(rate, base, off=off),
        compared=tuple(n for n in names if n != small),
        not_compared=(small,),
        details=("Gender: met.", "Age band: 55 and over is too small to tell."),
        references=("Fairlearn user guide, section Assessment.",),
        **more,
    )


def findings(
    bias_outcome: Outcome = Outcome.MET, agreement: Outcome = Outcome.MET
) -> tuple[Finding, ...]:
    """Return about twenty findings over six themes."""
    drift = tuple(
        Measurement(
            measure="jensen_shannon_distance",
            attribute=c,
            value=round(0.02 + 0.01 * i, 2),
            n=4120,
            limit=0.1,
        )
        for i, c in enumerate(COLUMNS)
    )
    moved = tuple(
        Measurement(
            measure="score_moved_share",
            attribute=c,
            value=round(0.9 - 0.1 * i, 2),
            n=4120,
            limit=0.01,
        )
        for i, c in enumerate(COLUMNS)
    )
    curve = tuple(
        Measurement(
            measure="observed_rate",
            attribute="score",
            group=f"{i / 10:.1f} to {i / 10 + 0.1:.1f}",
            value=round(0.07 + 0.09 * i, 2),
            low=round(0.03 + 0.09 * i, 2),
            high=round(0.11 + 0.09 * i, 2),
            n=200 + 40 * i,
        )
        for i in range(10)
    )
    auc = (
        Measurement(measure="roc_auc", value=0.81, low=0.79, high=0.83, n=4120),
        Measurement(measure="roc_auc", group="baseline", value=0.62, low=0.60, high=0.65, n=4120),
        Measurement(
            measure="roc_auc_difference_to_baseline",
            value=0.19,
            low=0.16,
            high=0.21,
            versus="baseline",
            limit=0.05,
            n=1210,
        ),
    )
    prevalence = (
        Measurement(
            measure="outcome_prevalence",
            attribute="final_result",
            group="assessed",
            value=0.52,
            low=0.5,
            high=0.54,
            n=4120,
        ),
        Measurement(
            measure="outcome_prevalence",
            attribute="final_result",
            group="reference",
            value=0.49,
            low=0.48,
            high=0.5,
            n=8230,
        ),
        Measurement(
            measure="outcome_prevalence_difference",
            attribute="final_result",
            group="assessed",
            versus="reference",
            value=0.03,
            low=0.01,
            high=0.05,
            limit=0.05,
        ),
    )
    declared = {
        "how_we_know": HowWeKnow.TEAM_SAYS_SO,
        "limit_words": "",
        "limit": None,
        "confidence": None,
    }
    rule = {
        "how_we_know": HowWeKnow.CONSISTENT,
        "limit_words": "",
        "limit": None,
        "confidence": None,
        "level": Level.BLOCK,
    }
    return (
        bias(
            "BIAS-01",
            "Each group is flagged about as often",
            "selection_rate",
            0.31,
            Outcome.UNCERTAIN,
            when_uncertain="tell",
        ),
        bias(
            "BIAS-02",
            "Each group's students in need are found equally often",
            "true_positive_rate",
            0.71,
            bias_outcome,
            level=Level.BLOCK,
        ),
        bias(
            "BIAS-03",
            "False alarms fall on each group alike",
            "false_positive_rate",
            0.18,
            Outcome.MET,
        ),
        bias(
            "BIAS-04",
            "A flag means the same in each group",
            "positive_predictive_value",
            0.66,
            Outcome.MET,
        ),
        finding(
            "DRIFT-01",
            "The columns still look as in training",
            "drift",
            Outcome.MET,
            measurements=drift,
            statement="No column has moved by more than the limit.",
        ),
        finding(
            "DRIFT-02",
            "The scores still look as in training",
            "drift",
            Outcome.MET,
            measurements=(
                Measurement(
                    measure="jensen_shannon_distance",
                    attribute="score",
                    value=0.04,
                    n=4120,
                    limit=0.1,
                ),
            ),
        ),
        finding(
            "DRIFT-03",
            "The outcome is about as common as in training",
            "drift",
            Outcome.MET,
            measurements=prevalence,
        ),
        finding(
            "MIN-01",
            "Every column moves the score",
            "minimisation",
            Outcome.MET,
            measurements=moved,
            limit=0.01,
            limit_words="at least 0.01",
        ),
        finding(
            "MIN-02",
            "No column names a person",
            "minimisation",
            Outcome.MET,
            limit=None,
            limit_words="",
        ),
        finding("D1", "Each dataset rests on an agreement", "sharing", Outcome.MET, **rule),
        finding(
            "D2",
            "Each agreement is in force",
            "sharing",
            agreement,
            statement="Agreement oulad-records ended on 31 July 2026.",
            **rule,
        ),
        finding(
            "L0",
            "Each use has a legal basis cited",
            "sharing",
            Outcome.MET,
            **{**rule, "how_we_know": HowWeKnow.DOCUMENT_CITED},
        ),
        finding(
            "EFF-01",
            "The model orders students better than a simple rule",
            "effectiveness",
            Outcome.MET,
            measurements=auc,
            limit=0.05,
            limit_words="at least 0.05",
        ),
        finding(
            "EFF-02",
            "The scores mean what they say",
            "effectiveness",
            Outcome.MET,
            measurements=(
                Measurement(
                    measure="calibration_slope",
                    value=0.97,
                    low=0.9,
                    high=1.04,
                    n=4120,
                    limit=(0.8, 1.2),
                ),
                Measurement(measure="brier_score", value=0.17, n=4120),
                *curve,
            ),
            limit=(0.8, 1.2),
            limit_words="between 0.8 and 1.2",
        ),
        finding("OPEN-01", "A named owner", "openness", Outcome.MET, **declared),
        finding("OPEN-02", "A public contact", "openness", Outcome.MET, **declared),
        finding(
            "OPEN-03",
            "A purpose in plain English",
            "openness",
            Outcome.NOT_MET,
            **{**declared, "level": Level.NOTE},
        ),
    )


CONTEXT = Context(
    technical_only=False,
    illustrative=True,
    title="Early support for students",
    decision_asked="1. May tutors use the flags from October 2026? "
    "2. Is a further review in March 2027 enough?",
    owner="Amara Okafor",
    owner_role="Head of Student Support",
    contact="student.support@example.ac.uk",
    purpose="To offer support early to students who are likely to withdraw or fail.",
    population="All students of the 2014 presentations, four weeks after the start.",
    unit="students",
    outcome_words="the student withdrew or failed",
    polarity="assistive",
    flag_consequence="A tutor writes to the student and offers a call.",
    no_flag_consequence="Nothing changes: every student may still ask for support.",
    decision_rule="Flagged when the score is 0.55 or more.",
    baseline="Previous attempts alone.",
    alternatives=("Write to every student.", "Ask tutors to choose."),
    human_review="A tutor reads each record before writing.",
    data_source="Open University Learning Analytics data, CC BY 4.0.",
    period="2013 to 2014",
    protected=tuple(GROUPS),
    columns_read=COLUMNS,
    agreements=(
        AgreementSummary(
            id="ou-records",
            title="The university's own student records",
            layer="own_records",
            status="in force",
            start="2013-02-01",
            end="2027-07-31",
            review="2026-12-01",
            columns=COLUMNS,
            in_force=True,
            illustrative=True,
        ),
        AgreementSummary(
            id="imd-bands",
            title="English indices of deprivation",
            layer="open_data",
            status="in force",
            start="2013-02-01",
            end="",
            review="2027-02-01",
            columns=("deprivation",),
            in_force=True,
        ),
    ),
    per_thousand=PerThousand(tested_on=4120, flagged=310, rightly=205, wrongly=105, missed=85),
    reference_rows=8230,
)


def assessment(
    *found: Finding, context: Context = CONTEXT, release: Release | None = None, **more: object
) -> Assessment:
    """Return a protected assessment of the findings."""
    return Assessment(
        standard=StandardRef(
            name="Essex Standard", version="1.0", digest="sha256:" + "0" * 64, adopted="2026-09-01"
        ),
        subject=Subject(
            name="early-support",
            stage="pilot",
            rows=4120,
            assessed_on="2026-11-22",
            model_digest="sha256:" + "1" * 64,
            model_state_digest="sha256:" + "2" * 64,
            data_digest="sha256:" + "3" * 64,
            evidence_digest="sha256:" + "4" * 64,
        ),
        findings=found,
        release=release or Release(allowed=False),
        context=context,
        told=("Deprivation was grouped in fifths.",),
        versions={"fairlearn": "0.15.0", "scikit-learn": "1.9.1"},
        protected=True,
        **more,
    )


def passing() -> Assessment:
    """Return an assessment that meets the Standard."""
    return assessment(*findings(), release=Release(allowed=True))


def referred() -> Assessment:
    """Return an assessment that the board has decided with conditions."""
    release = Release(
        allowed=True,
        decision="Approved with conditions by the Data Ethics Committee on 2026-11-24",
        until="2027-05-31",
        conditions=(
            "Write to every disabled student until March 2027",
            "Report again in March 2027",
        ),
    )
    return assessment(*findings(Outcome.UNCERTAIN), release=release)


def blocked() -> Assessment:
    """Return an assessment that is stopped by a group gap and an agreement that has ended."""
    return assessment(*findings(Outcome.NOT_MET, Outcome.NOT_MET))


def technical() -> Assessment:
    """Return what a team gets in the first hour, without a submission, from few cases."""
    few = PerThousand(
        why_not="Fewer than 10 people were rightly flagged: too few to say how good it is."
    )
    bare = Context(technical_only=True, per_thousand=few)
    unexamined = finding(
        "D1",
        "Each dataset rests on an agreement",
        "sharing",
        Outcome.NOT_ASSESSED,
        level=Level.BLOCK,
        statement="No submission was given.",
    )
    return assessment(*findings()[:8], unexamined, context=bare)


def large() -> Assessment:
    """Return forty findings over sixty groups."""
    groups = [f"group {i:02d}" for i in range(60)]
    many = tuple(
        m
        for i, g in enumerate(groups)
        for m in (
            Measurement(
                measure="true_positive_rate",
                attribute=f"attribute {i // 12}",
                group=g,
                value=0.5,
                low=0.4,
                high=0.6,
                n=200,
            ),
            Measurement(
                measure="true_positive_rate_difference_to_rest",
                attribute=f"attribute {i // 12}",
                group=g,
                versus="rest",
                value=0.01,
                low=-0.09,
                high=0.11,
                n=200,
                limit=0.1,
            ),
        )
    )
    base = findings(Outcome.NOT_MET)
    more = tuple(replace(base[i % len(base)], check=f"X-{i:02d}") for i in range(19))
    wide = tuple(replace(base[1], check=f"WIDE-{i}", measurements=many) for i in range(4))
    return assessment(*base, *wide, *more)


def crowded() -> Assessment:
    """Return the assessment whose page one has the most to say."""
    long = "A title that goes on and on, as titles do when a committee has written them together "
    many = tuple(
        replace(f, title=f"{long}{i}", outcome=outcome, level=Level.REFER)
        for i, (f, outcome) in enumerate(
            zip(
                findings(),
                [Outcome.NOT_MET, Outcome.NOT_ASSESSED, Outcome.UNCERTAIN, Outcome.WAIVED] * 5,
                strict=False,
            )
        )
    )
    small = tuple(f"a characteristic {i}: a group with a long name {i}" for i in range(30))
    spread = tuple(
        replace(many[i], theme=theme, not_compared=small)
        for i, theme in enumerate(("privacy", "governance", "bias"))
    )
    context = replace(
        CONTEXT,
        title=long * 2,
        decision_asked=f"1. {long}? 2. {long}? 3. {long * 3}?",
        outcome_words=long * 2,
    )
    release = Release(allowed=False, decision=long * 3, until="2027-05-31", conditions=(long,) * 5)
    return assessment(
        *many, *spread, context=replace(context, technical_only=True), release=release
    )


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7 * 7 }}{% raw %} {7} "
    "javascript:alert(1) @import url(file:///etc/passwd); \u202egnp.exe \ud800 \x00\x07 "
)


def hostile() -> Assessment:
    """Return an assessment whose every text means harm."""
    given = blocked()
    nasty = Measurement(
        measure="selection_rate", attribute=HOSTILE, group="w" * 5_000, value=0.5, n=50
    )
    first = replace(
        given.findings[0],
        title=HOSTILE,
        statement=HOSTILE * 40,
        details=(HOSTILE,),
        question=HOSTILE,
        limit_words=HOSTILE,
        not_compared=(f"{HOSTILE}: x",),
        measurements=(nasty, replace(nasty, group="$\\frac{")),
    )
    context = replace(
        given.context,
        title=HOSTILE,
        purpose=HOSTILE,
        unit=HOSTILE,
        contact=HOSTILE,
        decision_asked="1. " + HOSTILE,
    )
    return replace(given, findings=(first, *given.findings[1:]), context=context, told=(HOSTILE,))
