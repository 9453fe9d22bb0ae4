"""The section on the choice of threshold, its tidy frame, and how it is stored."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import essex_standard
from essex_standard.context import Context, TradeOff, TradeOffs, WidestGap
from essex_standard.reports.html import render_html
from essex_standard.reports.pages import report_words
from essex_standard.reports.store import load, protected_form, read_json
from essex_standard.reports.trade_offs import trade_off_view
from essex_standard.reports.wording import wording
from tests.helpers import AS_OF, write_standard


@pytest.fixture(scope="module")
def assessed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trade-offs")
    rng = np.random.default_rng(8)
    logit = rng.normal(-1, 1.3, 4000)
    frame = pd.DataFrame({"score": 1 / (1 + np.exp(-logit)), "sex": rng.choice(["F", "M"], 4000)})
    frame["happened"] = (rng.random(4000) < frame["score"]).astype(int)
    check = (
        'id = "BIAS-22"\ntitle = "As good an order"\nquestion = "Is it?"\n'
        'measure = "roc_auc_difference"\nacross = ["protected"]\nlevel = "note"\n'
        'limit = { at_most = 0.05 }\nevidence = { of = "positives" }\n'
    )
    return essex_standard.assess(
        None, frame, scores="score", y="happened", protected=["sex"], threshold=0.35, as_of=AS_OF,
        standard=write_standard(folder / "standard", {"bias/order.toml": check}),
    )  # fmt: skip


def points(n=13, here=5):
    return TradeOffs(
        points=tuple(
            TradeOff(
                threshold=(i + 1) / 20, flagged=900 - 60 * i, rightly=300 - 20 * i,
                wrongly=600 - 40 * i, missed=20 * i, declared=i == here,
                gaps=tuple(
                    WidestGap(measure=f"{rate}_difference_to_rest", attribute=a, group="F & co",
                              value=None if i == 0 else value)
                    for a in ("sex", "age")
                    for rate, value in (("false_negative_rate", 0.08),
                                        ("false_positive_rate", -0.03))
                ),
            )
            for i in range(n)
        )
    )  # fmt: skip


def view(**context):
    return trade_off_view(Context(**context), wording(unit="families"))


def test_at_most_nine_thresholds_are_printed_with_the_one_in_force_and_its_neighbours():
    shown = view(trade_offs=points(), decision_rule="Flagged: a score of 0.3 or more")
    rows = shown.exhibit.table.groups[0].rows
    assert len(rows) == 9
    names = [row[0] for row in rows]
    assert "0.30 (in force)" in names
    assert {"0.25", "0.35", "0.05", "0.65"} <= set(names)
    assert names == sorted(names)
    assert "a score of 0.3 or more" in shown.notes[0]


def test_the_title_says_what_one_step_would_bring():
    chart = view(trade_offs=points()).exhibit.chart
    assert chart.title == (
        "From 0.30 down to 0.25: of every 1,000, 60 more would be flagged, 20 fewer missed, 40 "
        "more wrongly flagged."
    )
    assert "0.30 ◆: 67 found, 60 of 100 flagged" in chart.svg
    upward = view(trade_offs=points(here=0)).exhibit.chart
    assert upward.title.startswith("From 0.05 up to 0.10")


@pytest.mark.parametrize(
    ("polarity", "gap"), [("assistive", "+8 (F & co)"), ("intrusive", "−3 (F & co)")]
)
def test_the_gap_is_that_of_the_harm_a_flag_may_do(polarity, gap):
    table = view(trade_offs=points(), polarity=polarity).exhibit.table
    assert table.head[-2:] == ("sex: widest gap", "age: widest gap")
    assert table.groups[0].rows[3][-1] == gap
    assert table.groups[0].rows[0][-1] == "too few"


def test_where_nothing_may_be_told_the_section_says_so_or_is_left_out():
    assert view() is None
    assert view(trade_offs=TradeOffs(why_not="Too few.")).notes == ("Too few.",)


def test_it_is_stored_so_that_the_report_can_be_rendered_without_the_model(assessed, tmp_path):
    assessed.to_json(tmp_path / "a.json")
    again = read_json(tmp_path / "a.json")
    known = again.context.trade_offs
    assert len(known.points) > 4
    assert known == protected_form(assessed, "panel").context.trade_offs
    page = render_html(again)
    assert "If the threshold were moved" in page
    assert "(in force)" in page


def test_an_assessment_stored_before_there_were_any_still_opens(assessed, tmp_path):
    from essex_standard.reports.files import digest_of

    assessed.to_json(tmp_path / "a.json")
    stored = json.loads((tmp_path / "a.json").read_text())
    del stored["context"]["trade_offs"], stored["digest"]
    stored["digest"] = digest_of(stored)
    (tmp_path / "a.json").write_text(json.dumps(stored))
    again = read_json(tmp_path / "a.json")
    assert again.context.trade_offs == TradeOffs()
    assert "If the threshold were moved" not in render_html(again)


def test_the_frame_is_unrounded_while_the_evidence_is_held_and_protected_otherwise(
    assessed, tmp_path
):
    frame = assessed.trade_offs()
    assert frame["threshold"].nunique() > 500
    here = frame[frame["declared"] & (frame["measure"] == "flagged")].iloc[0]
    table = assessed.evidence.assessed.whole
    assert here["people"] == int(table.count("flagged")[0])
    assessed.save(tmp_path / "a.evidence")
    pd.testing.assert_frame_equal(load(tmp_path / "a.evidence").trade_offs(), frame)
    shown = protected_form(assessed, "panel").trade_offs()
    assert list(shown.columns) == list(frame.columns)
    assert shown["threshold"].nunique() < 17
    assert shown["people"].isna().all()
    assert (shown["value"].dropna().round(2) == shown["value"].dropna()).all()


def test_without_scores_the_frame_is_empty(assessed):
    empty = replace(assessed, evidence=None, protected=True, context=Context()).trade_offs()
    assert empty.empty
    assert report_words(assessed)("trade_offs.title")
