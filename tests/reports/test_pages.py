"""Page one says what is asked, what was found, what was decided and what is not known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from essex_standard.assessment import HowWeKnow, Level, Outcome
from essex_standard.reports.front import compared_groups
from essex_standard.reports.pages import report_view

from . import report_samples as samples


def test_the_verdict_follows_from_the_findings_in_the_words_of_the_board() -> None:
    assert (
        report_view(samples.passing()).front.verdict.word
        == "Meets the Standard as adopted on 2026-09-01"
    )
    assert report_view(samples.referred()).front.verdict.word == "For the board to decide"
    blocked = report_view(samples.blocked()).front
    assert blocked.verdict.word == "Does not meet the Standard"
    assert blocked.reasons[0].startswith(
        "2 checks that stop release are not met: Each group's students"
    )


def test_page_one_names_the_groups_that_could_not_be_compared() -> None:
    reasons = report_view(samples.passing()).front.reasons
    assert "We could compare 11 of 12 groups; these we could not: age band: 55 and over." in reasons


def test_a_group_that_one_blocking_check_could_not_compare_is_not_called_compared() -> None:
    seen = samples.bias("A", "a", "selection_rate", 0.3, Outcome.MET, level=Level.BLOCK)
    both = replace(seen, check="B", compared=("sex: F",), not_compared=("sex: M",))
    seen = replace(seen, compared=("sex: F", "sex: M", "age & sex: old & F"), not_compared=())
    assert compared_groups([seen, both]) == (("sex: F", "sex: M"), ("sex: M",))


def test_what_the_board_decided_stands_apart_from_what_was_found() -> None:
    assert report_view(samples.passing()).front.board[0] == "No decision recorded yet."
    decided = " ".join(report_view(samples.referred()).front.board)
    assert "Approved with conditions by the Data Ethics Committee" in decided
    assert "2027-05-31" in decided
    assert "The model may be used now." in decided


def test_an_uncertain_check_on_the_watch_list_is_counted_in_the_verdict_box() -> None:
    reasons = report_view(samples.passing()).front.reasons
    assert "One further check cannot be told and is on the watch list." in reasons


def test_a_theme_made_only_of_declarations_never_shows_met() -> None:
    openness = report_view(samples.passing()).themes[-1]
    assert openness.badge.word == "Recorded"
    assert openness.reason == "Recorded: 2 of 3; missing A purpose in plain English"
    assert {check.badge.word for check in openness.checks} == {"Recorded", "Not met"}
    documents = samples.finding(
        "G1", "A cited review", "governance", Outcome.MET, how_we_know=HowWeKnow.DOCUMENT_CITED
    )
    view = report_view(samples.assessment(documents))
    assert view.themes[0].badge.word == "Recorded"
    assert "Met" not in {cell.split(" ")[-1] for cell in view.checks.groups[0].rows[0]}


def test_the_four_figures_are_withheld_in_words() -> None:
    front = report_view(samples.technical()).front
    assert {figure.value for figure in front.figures} == {"not shown"}
    assert front.figure_notes[0].startswith("Fewer than 10 people were rightly flagged")


def test_the_worst_checks_are_named_gravest_first_and_none_that_is_only_told() -> None:
    assessment = samples.blocked()
    worst = report_view(assessment).front.worst
    told = {f.check for f in assessment.findings if f.level is Level.NOTE}
    not_met = [f for f in assessment.findings if f.outcome is Outcome.NOT_MET]
    assert told & {f.check for f in not_met}
    assert 0 < len(worst) <= 3
    assert worst[0].endswith("Not met (BIAS-02)")
    assert not any(line.endswith(f"({check})") for line in worst for check in told)


def test_a_numbered_request_becomes_numbered_decisions() -> None:
    asked = report_view(samples.passing()).front.asked
    assert asked == (
        "May tutors use the flags from October 2026?",
        "Is a further review in March 2027 enough?",
    )


def test_a_technical_check_and_an_illustration_are_stamped() -> None:
    assert report_view(samples.technical()).marks == ("Technical check only: not for a decision",)
    assert report_view(samples.passing()).marks == ("Illustrative",)


def test_every_question_left_open_by_the_team_is_said() -> None:
    facts = report_view(samples.technical()).purpose
    assert all(
        fact.texts == ("The team gave no text here.",) and fact.missing
        for fact in facts
        if fact.missing
    )
    assert sum(fact.missing for fact in facts) == len(facts)


def test_a_figure_that_is_kept_back_or_was_not_computed_is_said_in_words() -> None:
    rows = [
        row
        for theme in report_view(samples.passing()).themes
        for check in theme.checks
        for exhibit in check.exhibits
        for group in exhibit.table.groups
        for row in group.rows
    ]
    assert all(cell.strip() for row in rows for cell in row)
    withheld = [row for row in rows if row[0] == "55 and over"]
    assert withheld
    assert all(
        row[1:] == ("too few", "not shown: too few people", "not shown: too few people")
        for row in withheld
    )


def test_rows_without_room_are_told_and_not_lost_in_silence() -> None:
    view = report_view(samples.large())
    tables = [e.table for t in view.themes for c in t.checks for e in c.exhibits]
    shown = sum(table.row_count for table in tables) + view.checks.row_count
    assert shown <= 220
    assert any("further rows stand in assessment.json" in note for t in tables for note in t.notes)


@pytest.mark.parametrize("make", [samples.passing, samples.blocked, samples.technical])
def test_an_empty_standard_adoption_date_leaves_no_gap_in_the_sentence(make: object) -> None:
    given = make()  # type: ignore[operator]
    bare = replace(given, standard=replace(given.standard, adopted=""))
    assert "  " not in report_view(bare).front.verdict.word
    assert not report_view(bare).front.verdict.word.endswith("on ")


def test_page_one_proposes_conditions_from_what_stands_in_the_way():
    proposed = report_view(samples.referred(), digest="").front.proposed
    assert 1 <= len(proposed) <= 2
    standing = {f.check for f in samples.referred().standing_in_the_way()}
    assert all(any(f"({check})" in line for check in standing) for line in proposed)
    assert report_view(samples.passing(), digest="").front.proposed == ()
