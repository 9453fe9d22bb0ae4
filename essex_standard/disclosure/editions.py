"""The editions of an assessment: who may see what, and which agreement says so."""

from __future__ import annotations

from dataclasses import replace

from essex_standard.assessment import Assessment, Finding
from essex_standard.disclosure.protection import Protection
from essex_standard.errors import EditionRefused, Problem
from essex_standard.measurement import Measurement

EDITIONS = ("panel", "public", "restricted")

USUAL_CONFIDENCE = 0.95

_SUM_TO_THE_WHOLE = "observed_rate"


def protect(assessment: Assessment, edition: str = "panel") -> Assessment:
    """Return the assessment as an edition may show it.

    Parameters
    ----------
    edition : {"panel", "public", "restricted"}

    Raises
    ------
    EditionRefused
        For an unknown edition; for ``public`` where an agreement does not allow publication; for
        ``restricted`` where the unrounded figures are not held.
    """
    _require_allowed(assessment, edition)
    if edition == "restricted" or assessment.protected:
        return replace(assessment, edition=edition)
    if assessment.evidence is None:
        raise EditionRefused.because(
            "its figures are neither protected nor is the evidence at hand to protect them by",
            where="edition",
            mend="Use the assessment that assess() returned, or load assessment.evidence",
        )
    protection = Protection.of(assessment.evidence)
    context = assessment.context
    return replace(
        assessment,
        findings=tuple(protected_finding(f, protection) for f in assessment.findings),
        subject=replace(
            assessment.subject,
            rows=None if assessment.subject.rows is None else protection.total,
        ),
        context=replace(
            context,
            per_thousand=protection.per_thousand(),
            trade_offs=protection.trade_offs(assessment.evidence.assessed),
            reference_rows=None if context.reference_rows is None else protection.reference_total,
        ),
        edition=edition,
        protected=True,
        evidence=None,
    )


def protected_finding(finding: Finding, protection: Protection) -> Finding:
    """Return a finding with its figures as they may be published."""
    confidence = finding.confidence or USUAL_CONFIDENCE
    judged = finding.interval_confidence or confidence
    return replace(
        finding,
        measurements=_bins_together(
            tuple(
                protection.protect(m, judged if m.limit is not None else confidence)
                for m in finding.measurements
            )
        ),
    )


def _bins_together(measurements: tuple[Measurement, ...]) -> tuple[Measurement, ...]:
    """Withhold all bands of a score if one is: the last would follow from the total."""
    hidden = {m.attribute for m in measurements if m.measure == _SUM_TO_THE_WHOLE and m.withheld}
    return tuple(
        replace(m, value=None, low=None, high=None, n=None, withheld=True)
        if m.measure == _SUM_TO_THE_WHOLE and m.attribute in hidden
        else m
        for m in measurements
    )


def _require_allowed(assessment: Assessment, edition: str) -> None:
    if edition not in EDITIONS:
        raise EditionRefused.because(
            f"there is no edition '{edition}'",
            where="edition",
            mend=f"Use one of: {', '.join(EDITIONS)}",
        )
    if edition == "restricted" and (assessment.protected or assessment.evidence is None):
        raise EditionRefused.because(
            "the restricted edition needs the unrounded figures, and only protected ones are here",
            where="edition",
            mend="Keep assessment.evidence beside assessment.json, or name it with --evidence",
        )
    if edition == "public":
        if assessment.context.technical_only:
            raise EditionRefused.because(
                "no agreement was given, so nothing says that its outputs may go to the public",
                where="edition",
                mend="Write the panel edition, or assess with a submission and its agreements",
            )
        narrower = [
            a
            for a in assessment.context.agreements
            if a.layer != "open_data" and a.release != "public"
        ]
        if narrower:
            raise EditionRefused(
                Problem(
                    what="its outputs may not go to the public, only to: "
                    + (a.release or "nobody named").replace("_", " "),
                    where=f"agreement {a.id}, outputs.release",
                    mend="Write the panel edition, or have the agreement changed",
                )
                for a in narrower
            )
