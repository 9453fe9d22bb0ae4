"""What a page shows besides findings: the team's own texts, the agreements, the counts."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import TYPE_CHECKING

from essex_standard.context import AgreementSummary, Break, Context, PerThousand

if TYPE_CHECKING:
    from essex_standard.disclosure import Protection
    from essex_standard.pipeline.gathering import Gathered
    from essex_standard.pipeline.request import Inputs
    from essex_standard.submission import DataSharingAgreement, LoadedSubmission

LIBRARIES = (
    "essex-standard", "numpy", "scipy", "pandas", "scikit-learn", "fairlearn", "aif360",
    "evidently", "python-stdnum", "pydantic", "skops",
)  # fmt: skip


NO_RULE = PerThousand(why_not="No decision rule is declared, so nobody is flagged yet.")


def context_of(
    inputs: Inputs,
    loaded: LoadedSubmission | None,
    gathered: Gathered,
    protection: Protection,
    *,
    as_of: dt.date,
) -> Context:
    """Return everything that a report shows and no finding carries."""
    reference = gathered.facts.reference
    common = Context(
        technical_only=loaded is None,
        title="Model without a submission",
        decision_rule=inputs.decision_rule,
        baseline=inputs.baseline,
        protected=tuple(inputs.protected),
        columns_read=gathered.facts.columns_read,
        period=inputs.period,
        per_thousand=NO_RULE if inputs.threshold is None else protection.per_thousand(),
        trade_offs=protection.trade_offs(gathered.facts.assessed),
        reference_rows=None if reference is None else protection.rows(reference.rows),
        trusted_types=inputs.trusted,
        outcome_words=_outcome_words(inputs),
    )
    return common if loaded is None else _declared(common, loaded, as_of)


def _outcome_words(inputs: Inputs) -> str:
    if not inputs.positive:
        return inputs.outcome_name.replace("_", " ")
    return f"{inputs.outcome_name.replace('_', ' ')}: {' or '.join(inputs.positive)}"


def _declared(common: Context, loaded: LoadedSubmission, as_of: dt.date) -> Context:
    from dataclasses import replace

    s = loaded.submission
    review = s.human_review
    return replace(
        common,
        illustrative=s.illustrative or any(a.illustrative for a in loaded.agreements),
        title=s.project.title,
        decision_asked=str(s.project.decision_asked or ""),
        panel=s.panel.name,
        owner=s.owner.org,
        owner_role=s.owner.sro_role,
        contact=s.owner.contact,
        purpose=s.project.problem,
        population=s.population,
        unit=str(s.unit or ""),
        polarity=str(s.polarity or ""),
        flag_consequence=s.flag_consequence,
        no_flag_consequence=s.no_flag_consequence,
        alternatives=tuple(s.project.alternatives),
        human_review=". ".join(t for t in (review.when, review.who) if t),
        data_source=", ".join(a.title for a in loaded.agreements),
        agreements=tuple(_agreement(a, as_of) for a in loaded.agreements),
        known_breaks=tuple(
            Break(on=b.on.isoformat(), what=b.what)
            for b in sorted(s.known_break, key=lambda b: b.on or dt.date.max)
            if b.on is not None
        ),
    )


def _agreement(a: DataSharingAgreement, as_of: dt.date) -> AgreementSummary:
    def day(value: dt.date | None) -> str:
        return "" if value is None else value.isoformat()

    return AgreementSummary(
        id=a.id,
        title=a.title,
        layer=str(a.layer),
        status=str(a.status),
        start=day(a.dates.start),
        end=day(a.dates.end) or a.dates.open_ended_reason,
        review=day(a.dates.review),
        parties=tuple(p.name or p.id for p in a.party) or ((a.publisher,) if a.publisher else ()),
        columns=tuple(a.column_names()),
        in_force=a.in_force(as_of),
        illustrative=a.illustrative,
        release=str(a.outputs.release or ""),
        source="; ".join(t for t in (a.source, a.licence) if t),
    )


@lru_cache(maxsize=1)
def versions() -> Mapping[str, str]:
    """Return the versions of what computed the figures; reading them imports nothing."""
    found = {"Python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return MappingProxyType(found)
