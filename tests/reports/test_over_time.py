"""The section on time: where a known change lies, which figures stand there, and what is drawn."""

import datetime as dt
import re

import pytest

from essex_standard import assess
from essex_standard.evidence.periods import days_of
from essex_standard.reports.over_time import place_of
from essex_standard.reports.time_chart import Panel, TimePoint, time_chart
from tests.helpers import AS_OF, Cells, write_standard
from tests.measures.test_periods import APART, GOOD, over_time, standard


@pytest.mark.parametrize(
    ("period", "first", "after"),
    [
        ("2024-12", "2024-12-01", "2025-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("2024 Q4", "2024-10-01", "2025-01-01"),
        ("2024", "2024-01-01", "2025-01-01"),
    ],
)
def test_a_periods_days_are_known_from_its_name(period, first, after):
    assert days_of(period) == (dt.date.fromisoformat(first), dt.date.fromisoformat(after))


@pytest.mark.parametrize("name", ["2014J", "spring", "2024-13", "unknown", "0000", ""])
def test_a_name_that_is_no_span_of_days_has_none(name):
    assert days_of(name) is None


def test_a_day_lies_where_its_period_stands():
    months = ("2024-01", "2024-02", "2024-03")
    assert place_of(dt.date(2024, 2, 1), months) == pytest.approx(0.5)
    assert place_of(dt.date(2024, 3, 17), months) == pytest.approx(2, abs=0.05)
    assert place_of(dt.date(2025, 1, 1), months) is None


def test_a_panel_draws_each_point_its_range_and_the_breaks():
    points = (TimePoint(value=0.2, low=0.1, high=0.3), TimePoint(), TimePoint(value=0.4))
    panel = Panel(title="Flagged", points=points, low=0, high=1, ticks=((0, "0"), (1, "100")))
    periods = ("2023", "2024", "2025")
    svg = time_chart([panel], periods, breaks=[(0.5, "1")], alt="Told in words", name="t")
    assert "<title" in svg
    assert "Told in words" in svg
    assert all(f">{text}<" in svg for text in ("Flagged", "2023", "2024", "2025", "1"))
    without = time_chart([panel], periods, alt="Told in words", name="t")
    assert svg.count("<path") > without.count("<path")
    assert svg == time_chart([panel], periods, breaks=[(0.5, "1")], alt="Told in words", name="t")


CHECKS = {
    "drift/found.toml": """
id = "DRIFT-21"
title = "Need is found as often in every period"
question = "Does the model find as many in each period?"
measure = "true_positive_rate_difference"
across = ["periods"]
level = "refer"
limit = { at_most = 0.10 }
evidence = { of = "positives" }
""",
}

SUBMISSION = """
schema = "essex-submission/1"
[project]
id = "over-time"
title = "Over time"
[[known_break]]
on = 2024-03-20
what = "A new referral form <b>"
[[known_break]]
on = 2019-03-20
what = "Long before"
"""


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    folder = tmp_path_factory.mktemp("time")
    write_standard(folder / "standard", CHECKS)
    (folder / "submission.toml").write_text(SUBMISSION, encoding="utf-8")
    poor = Cells(found=400, missed=600, wrongly=100, rightly_left=900)
    frame = over_time(_2023={"F": GOOD, "M": GOOD}, _2024={"F": poor, "M": poor})
    assessment = assess(
        None, frame, y="happened", scores="score", protected=["sex"], time="when", threshold=0.5,
        standard=folder / "standard", submission=folder / "submission.toml", as_of=AS_OF,
    )  # fmt: skip
    assessment.to_html(folder / "report.html")
    return (folder / "report.html").read_text(encoding="utf-8"), assessment


def test_the_section_shows_each_periods_figure_and_names_the_known_changes(html):
    text, _ = html
    section = text[text.index('id="over-time"') :]
    section = section[: section.index("</section>")]
    for expected in ("2023", "2024", "70", "40", "A new referral form &lt;b&gt;", "Long before"):
        assert expected in section
    assert "<b>" not in section
    assert re.search(r"Line 1: 2019-03-20|Known change 1, not on the chart: 2019-03-20", section)


def test_a_finding_names_the_change_that_lies_in_its_period(html):
    _, assessment = html
    finding = next(f for f in assessment.findings if f.check == "DRIFT-21")
    assert finding.outcome.value == "not met"
    said = " ".join(finding.details)
    assert "In 2024 the team names a known change of the records: 2024-03-20" in said
    assert "Long before" not in said


def test_without_periods_there_is_no_section(tmp_path):
    assessment = assess(
        None, APART, y="happened", scores="score", protected=["sex"], threshold=0.5,
        standard=standard(tmp_path, "true_positive_rate_difference"), as_of=AS_OF,
    )  # fmt: skip
    assessment.to_html(tmp_path / "report.html")
    assert 'id="over-time"' not in (tmp_path / "report.html").read_text(encoding="utf-8")
