"""JUnit XML: what a CI server counts, and that no text can break out of it."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from essex_standard.exchange.junit import junit_xml


def finding(outcome, level=Level.REFER, *, theme="bias", check="X-1", **more):
    return Finding(
        check=check, title="A title", theme=theme, level=level, outcome=outcome,
        how_we_know=HowWeKnow.MEASURED, statement="A statement.", **more,
    )  # fmt: skip


def assessment(*findings):
    return Assessment(
        standard=StandardRef(name="S", version="1", digest="sha256:0"),
        subject=Subject(name="A model", stage="pilot", rows=None, assessed_on="2026-11-23"),
        findings=findings,
        release=Release(allowed=False),
        protected=True,
    )


def parsed(*findings, **options):
    return ET.fromstring(junit_xml(assessment(*findings), **options))


def kind(case):
    return next((child.tag for child in case if child.tag in ("failure", "skipped")), "passed")


NO, TELL = {}, {"when_uncertain": "tell"}


@pytest.mark.parametrize(
    ("outcome", "level", "more", "at_refer", "at_block"),
    [
        (Outcome.MET, Level.BLOCK, NO, "passed", "passed"),
        (Outcome.NOT_MET, Level.BLOCK, NO, "failure", "failure"),
        (Outcome.NOT_MET, Level.REFER, NO, "failure", "skipped"),
        (Outcome.NOT_MET, Level.NOTE, NO, "skipped", "skipped"),
        (Outcome.NOT_ASSESSED, Level.BLOCK, NO, "failure", "skipped"),
        (Outcome.NOT_ASSESSED, Level.NOTE, NO, "skipped", "skipped"),
        (Outcome.UNCERTAIN, Level.REFER, NO, "failure", "skipped"),
        (Outcome.UNCERTAIN, Level.REFER, TELL, "skipped", "skipped"),
        (Outcome.NOT_APPLICABLE, Level.BLOCK, NO, "skipped", "skipped"),
        (Outcome.WAIVED, Level.REFER, NO, "failure", "skipped"),
    ],
)
def test_each_outcome_is_shown_as_what_it_does_to_the_verdict(
    outcome, level, more, at_refer, at_block
):
    for fail_on, expected in (("refer", at_refer), ("block", at_block)):
        root = parsed(finding(outcome, level, **more), fail_on=fail_on)
        assert kind(root.find(".//testcase")) == expected


def test_counts_add_up_over_suites_and_one_suite_stands_for_a_theme():
    root = parsed(
        finding(Outcome.MET, check="A"),
        finding(Outcome.NOT_MET, check="B"),
        finding(Outcome.NOT_APPLICABLE, theme="drift", check="C"),
        finding(Outcome.NOT_ASSESSED, theme="drift", check="D"),
    )
    suites = root.findall("testsuite")

    assert [s.get("name") for s in suites] == ["essex-standard.bias", "essex-standard.drift"]
    for part in (root, *suites):
        cases = part.findall(".//testcase")
        assert part.get("tests") == str(len(cases))
        assert part.get("failures") == str(sum(kind(c) == "failure" for c in cases))
        assert part.get("skipped") == str(sum(kind(c) == "skipped" for c in cases))
        assert part.get("errors") == "0"
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("4", "2", "1")


def test_a_failure_says_what_was_found_and_how_to_mend_it():
    root = parsed(
        finding(Outcome.NOT_MET, Level.BLOCK, details=("sex: beyond",), remedy=("Retrain",))
    )
    failure = root.find(".//failure")

    assert failure.get("message") == "Not met: A statement."
    assert failure.get("type") == "block"
    assert failure.text == "sex: beyond\nRetrain"
    assert root.find(".//testcase").get("name") == "X-1 A title"


def test_an_assessment_that_examined_nothing_is_a_failure_and_no_empty_success():
    root = parsed()

    assert (root.get("tests"), root.get("failures")) == ("1", "1")
    assert root.find(".//failure") is not None


HOSTILE = "a]]><failure/>&amp;\"'\x00\x07\x1b[31m\ud800\ufffe\u2028🙂"


def test_hostile_texts_stay_texts():
    hostile = replace(
        finding(Outcome.NOT_MET, details=(HOSTILE,), remedy=(HOSTILE,)),
        title=HOSTILE,
        statement=HOSTILE,
    )
    root = parsed(hostile)

    assert len(root.findall(".//failure")) == 1
    assert "🙂" in root.find(".//failure").text
    assert "]]>" in root.find(".//failure").get("message")


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(), max_size=40), st.sampled_from(list(Outcome)))
def test_any_text_gives_xml_that_can_be_read(text, outcome):
    given_ = replace(finding(outcome, details=(text,), remedy=(text,)), title=text, statement=text)

    assert len(parsed(given_).findall(".//testcase")) == 1
