"""A chart says its finding in a sentence, its figures in words, and is the same on every run."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from essex_standard.assessment import Finding, HowWeKnow, Level, Outcome
from essex_standard.measurement import Measurement
from essex_standard.reports.charts import chart_of
from essex_standard.reports.drawing import Dot, Scale, dot_chart
from essex_standard.reports.figures import beyond, blocks
from essex_standard.reports.wording import wording

from . import report_samples as samples

SVG = "{http://www.w3.org/2000/svg}"


def charts(assessment: samples.Assessment) -> dict[str, object]:
    words = wording()
    found = {}
    for finding in assessment.findings:
        for block in blocks(finding):
            chart = chart_of(block, finding, words, name="c")
            if chart:
                found[f"{finding.check} {block.kind}"] = chart
    return found


def test_the_title_is_the_finding_in_few_words() -> None:
    drawn = charts(samples.blocked())
    assert drawn["BIAS-02 groups"].title == "Gender M stands furthest off: 17 points"
    assert drawn["BIAS-03 groups"].title == "No compared group is further off than the limit allows"
    assert all(len(chart.title.split()) <= 12 for chart in drawn.values())


def test_the_alternative_text_is_the_svgs_own_title_and_gives_the_figures() -> None:
    for chart in charts(samples.blocked()).values():
        root = ET.fromstring(chart.svg)
        assert root[0].tag == f"{SVG}title"
        assert chart.title in (root[0].text or "")
    svg = charts(samples.blocked())["BIAS-02 groups"].svg
    assert "gender M: 54 (likely 50 to 58)" in (ET.fromstring(svg)[0].text or "")


def test_text_stays_text_and_an_outlier_differs_by_shape() -> None:
    svg = charts(samples.blocked())["BIAS-02 groups"].svg
    texts = [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]
    assert "54 (likely 50 to 58)" in texts
    assert "not shown: too few" in texts
    # A diamond is four straight lines; every dot is drawn with curves.
    paths = [
        e.get("d", "")
        for e in ET.fromstring(svg).iter(f"{SVG}path")
        if "#942514" in e.get("style", "")
    ]
    assert any("C" not in path and "z" in path for path in paths)


def test_a_withheld_group_leaves_no_mark() -> None:
    kwargs = {"alt": "a", "name": "n"}
    scale = Scale(top=1.0, ticks=())
    bare = dot_chart([Dot(heading="", name="x", text="t", mark="none")], scale, **kwargs)
    drawn = dot_chart([Dot(heading="", name="x", text="t", value=0.4)], scale, **kwargs)
    assert bare.count("<path") < drawn.count("<path")


def test_the_same_rows_give_the_same_bytes() -> None:
    first, again = charts(samples.referred()), charts(samples.referred())
    assert {k: c.svg for k, c in first.items()} == {k: c.svg for k, c in again.items()}


def test_hostile_names_are_drawn_as_they_are() -> None:
    name = '$x$ <script> id="y" url(#z) DejaVu'
    svg = dot_chart(
        [Dot(heading=name, name="$\\frac", text="t", value=0.1)],
        Scale(top=1, ticks=()),
        alt=name,
        name="n",
    )
    root = ET.fromstring(svg)
    assert root[0].text == name
    assert name in [e.text for e in root.iter(f"{SVG}text")]
    assert not list(root.iter(f"{SVG}script"))
    assert re.search("<style|<metadata|<!DOCTYPE", svg) is None


@pytest.mark.parametrize(
    ("low", "high", "limit", "is_beyond"),
    [
        (0.11, 0.2, 0.1, True),
        (-0.2, -0.11, 0.1, True),
        (-0.2, -0.09, 0.1, False),
        (-0.2, 0.2, 0.1, False),
        (0.7, 0.79, (0.8, 1.2), True),
        (0.7, 0.81, (0.8, 1.2), False),
        (0.1, 0.2, None, False),
    ],
)
def test_a_mark_is_beyond_only_when_its_whole_range_is(
    low: float, high: float, limit: object, is_beyond: bool
) -> None:
    m = Measurement(
        measure="x_difference_to_rest", value=(low + high) / 2, low=low, high=high, limit=limit
    )  # type: ignore[arg-type]
    assert beyond(m) is is_beyond


def test_columns_stand_worst_first() -> None:
    drift, moved = (f for f in samples.findings() if f.check in {"DRIFT-01", "MIN-01"})
    assert next(row.attribute for row in blocks(drift)[0].rows) == samples.COLUMNS[-1]
    assert next(row.attribute for row in blocks(moved)[0].rows) == samples.COLUMNS[-1]
    assert drift.outcome is Outcome.MET


@pytest.mark.parametrize(("lowest", "drawn"), [(-0.42, False), (0.02, True)])
def test_groups_with_figures_below_nought_are_not_drawn_on_an_axis_from_nought(
    lowest: float, drawn: bool
) -> None:
    finding = Finding(
        check="BIAS-32", title="Flags within a factor", theme="bias", level=Level.REFER,
        outcome=Outcome.NOT_MET, how_we_know=HowWeKnow.MEASURED, statement="They do not.",
        measurements=tuple(
            Measurement(
                measure="conditional_demographic_disparity", attribute="sex", group=group,
                versus="rest", value=value, low=value, high=value, n=100, limit=0.1,
            )
            for group, value in (("F", lowest), ("M", 0.42))
        ),
    )  # fmt: skip
    words = wording()
    (block,) = blocks(finding)
    assert (chart_of(block, finding, words, name="c") is not None) is drawn
