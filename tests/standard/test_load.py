"""A Standard's folder: every fault in one message, with file, line and mend; and its digest."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest

from essex_standard.errors import StandardError
from essex_standard.measures import MEASURES
from essex_standard.pipeline.standards import read_standard, resolve_standard
from essex_standard.standard import Standard
from essex_standard.standard.sense import BAD_WHEN_LARGE, GOOD_WHEN_LARGE, REACH
from tests.helpers import FOUND_EQUALLY, ROOT, write_standard

OF_COLUMNS = """
id = "MIN-91"
title = "Columns"
question = "Which?"
measure = "score_moved_share"
across = ["columns"]
columns = { holding = "numbers" }
level = "note"
"""
CHECK = FOUND_EQUALLY.format(level="block", limit="0.10")


def refusal(folder: Path) -> str:
    with pytest.raises(StandardError) as caught:
        read_standard(folder)
    return str(caught.value)


def with_check(folder: Path, *replaced: tuple[str, str]) -> Path:
    text = CHECK
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    return write_standard(folder, {"bias/found.toml": text})


# The shipped Standard ----------------------------------------------------------------------------


def test_the_shipped_standard_is_usable_and_has_sixteen_checks_and_more_in_six_themes():
    standard = resolve_standard(None)
    assert sum(1 for _ in standard) >= 16
    assert set(standard.checks) >= {"bias", "drift", "minimisation", "effectiveness", "openness"}
    assert set(standard.rules) >= {"D1", "D2", "D3", "D5", "D6", "P1", "P2", "P3", "L0", "L1",
                                   "U1", "C1"}  # fmt: skip
    assert standard.strays == ()


def test_each_shipped_check_says_why_and_what_to_do_and_where_it_comes_from():
    for _, check in resolve_standard(None):
        assert check.why, check.id
        assert check.remedy, check.id
        assert check.references, check.id
        assert check.question.endswith("?"), check.id


def test_what_drives_the_model_begins_where_what_it_hardly_uses_ends():
    asked = [c.columns for _, c in resolve_standard(None) if c.columns.role != "all"]
    assert {c.role for c in asked} == {"driving", "others"}
    assert len({c.driving_from for c in asked}) == 1


def test_columns_are_chosen_only_for_distances(tmp_path):
    said = refusal(write_standard(tmp_path, {"minimisation/a.toml": OF_COLUMNS}))
    assert "score_moved_share is asked of every column" in said
    assert "wasserstein_distance" in said


def test_intersections_and_secondary_rates_alone_are_no_reason_to_refer():
    for _, check in resolve_standard(None):
        if "intersections" in check.across:
            assert check.when_uncertain == "tell", check.id


def test_no_text_of_the_standard_asserts_that_a_thing_is_lawful_or_fair():
    for path in (ROOT / "checks").rglob("*.toml"):
        words = path.read_text(encoding="utf-8").lower()
        assert "lawful" not in words
        titles = [line for line in words.splitlines() if line.startswith(("title", "question"))]
        assert not any(" fair" in line for line in titles)


def test_every_measure_can_be_asked_for_by_a_check(tmp_path):
    for name, measure in MEASURES.items():
        text = CHECK.replace("true_positive_rate_difference", name)
        text = text.replace('["protected"]', f'["{measure.across[0]}"]')
        if name in REACH:
            low, high = REACH[name]
            low = max(low, -1.0)  # a mean error has no lowest value
            middle = (low + min(high, low + 1)) / 2
            side = "at_least" if name in GOOD_WHEN_LARGE else "at_most"
            text = text.replace("at_most = 0.10", f"{side} = {middle}")
        if name == "k_anonymity":  # a limit below ten would tell of fewer than ten people
            text = text.replace(f"at_least = {middle}", "at_least = 10")
        if name.endswith("_ratio"):
            text = text.replace("at_most = 0.10", "at_least = 0.8")
        folder = write_standard(tmp_path / name, {"bias/found.toml": text})
        assert isinstance(read_standard(folder), Standard), name


# Digest and strays -------------------------------------------------------------------------------


def test_the_digest_changes_with_any_word_in_force_and_with_nothing_else(tmp_path):
    folder = write_standard(tmp_path / "a")
    before = read_standard(folder).digest
    assert before == read_standard(write_standard(tmp_path / "b")).digest
    (folder / "bias" / "stray.toml").write_text(CHECK.replace("BIAS-02", "BIAS-99"))
    (folder / "bias" / "notes.txt").write_text("minutes of the panel")
    assert read_standard(folder).digest == before
    check = folder / "bias" / "found.toml"
    check.write_bytes(check.read_bytes().replace(b"\n", b"\r\n"))
    assert read_standard(folder).digest == before
    check.write_bytes(check.read_bytes().replace(b"equally often", b"equally  often"))
    assert read_standard(folder).digest != before


def test_a_file_that_is_not_listed_is_told_and_not_read_any_further(tmp_path):
    folder = write_standard(tmp_path)
    (folder / "bias" / "draft.toml").write_text('id = "BIAS-77"\nunfinished = true\n')
    (folder / "pyproject.toml").write_text("[tool]\n")
    (folder / "drafts").mkdir()
    (folder / "drafts" / "idea.toml").write_text("= broken")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.toml").write_text("= broken")
    standard = read_standard(folder)
    assert standard.strays == ("bias/draft.toml", "drafts/idea.toml", "pyproject.toml")
    assert [c.id for _, c in standard] == ["BIAS-02"]


def test_checks_stand_in_the_order_in_which_they_are_listed(tmp_path):
    second = CHECK.replace("BIAS-02", "BIAS-01")
    folder = write_standard(tmp_path, {"bias/a.toml": CHECK, "bias/b.toml": second})
    assert [c.id for _, c in read_standard(folder)] == ["BIAS-02", "BIAS-01"]


def test_a_copy_of_the_shipped_standard_has_its_digest(tmp_path):
    shutil.copytree(ROOT / "checks", tmp_path / "copy")
    assert read_standard(tmp_path / "copy").digest == resolve_standard(None).digest


# Faults ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("remedy =", "remdy =", "bias/found.toml:10, remdy: 'remdy' is not a key"),
        ("remedy =", "remdy =", "Did you mean 'remedy'?"),
        ("true_positive", "true_positiv", "bias/found.toml:5, measure: there is no measure"),
        ('"protected"', '"whole"', "cannot be taken across whole. Use across = [\"protected\"]"),
        ('["protected"]', "[]", "cannot be taken across nothing"),
        ("at_most = 0.10", "at_most = 0.51", "bias/found.toml:8, limit: no model could fail"),
        ("at_most = 0.10", "at_least = 0.10", "no model could fail this limit"),
        ("at_most = 0.10", "at_most = 0", "no model could meet this limit"),
        ("at_most = 0.10", "at_most = inf", "a limit is a finite number"),
        ("at_most = 0.10", "atmost = 0.10", "Did you mean 'at_most'?"),
        ("at_most = 0.10", 'at_most = "0.10"', "limit.at_most: it is not a number. Give a number."),
        ("at_most = 0.10", "at_most = 0.1, at_least = 0", "give exactly one of at_most, at_least"),
        ('of = "positives"', "minimum = 9", "a minimum below 10 lets single people decide"),
        ('of = "positives"', 'of = "positive"', "Did you mean 'positives'? Use \"rows\", "),
        ('of = "positives"', "confidence = 1.5", "it is not a number of at most 0.999"),
        ('of = "positives"', "confidence = 1", "Give a number of at most 0.999"),
        ('of = "positives"', "near_certain = 1", "Give a number of at most 0.99999"),
        ('of = "positives"', "unknown_at_most = 1", "it is not a number below 1"),
        ('of = "positives"', "unknown_at_most = 0", "it is not a number above 0"),
        ('of = "positives"', "unknown_at_mots = 0.1", "Did you mean 'unknown_at_most'?"),
        ("remedy =", 'attributes = [""]\nremedy =', "it is not text of at least 1 characters"),
        (
            "remedy =",
            'columns = { holding = "numbers" }\nremedy =',
            'columns = {...} needs across = ["columns"]',
        ),
        (
            "remedy =",
            'columns = { role = "others" }\nremedy =',
            "goes with driving_from, as in 0.01",
        ),
        ("remedy =", 'columns = { driving_from = 2 }\nremedy =', "driving_from"),
        ("remedy =", "depth = 1\nremedy =", "depth: it is not a number of at least 2"),
        ("remedy =", "depth = 5\nremedy =", "depth: it is not a number of at most 4"),
        ("remedy =", "depth = 3\nremedy =", "a depth above 2 needs across = [\"intersections\"]"),
        ('"block"', '"blok"', "Did you mean 'block'?"),
        ('["Look at the inputs"]', '"Look"', "remedy: it is not a list in square brackets"),
        ('id = "BIAS-02"', 'id = "bias 2"', "id: 'bias 2' is not how id is written"),
        ('level = "block"', "", "level: 'level' is missing. Add level = ..."),
        ("level =", "level", "it is not readable TOML"),
    ],
)  # fmt: skip
def test_every_fault_of_a_check_names_file_line_and_mend(tmp_path, old, new, message):
    folder = with_check(tmp_path, (old, new))
    header = folder / "standard.toml"
    header.write_text(header.read_text().replace("checks = []", 'checks = ["BIAS-02"]'))
    assert message in refusal(folder)


@pytest.mark.parametrize(
    ("measure", "limit", "fault"),
    [
        ("selection_rate_ratio", "at_least = 0", "could fail"),
        ("selection_rate_ratio", "at_most = 0.9", "could meet"),
        ("jensen_shannon_distance", "at_most = 0.9", "could fail"),
        ("direct_identifier_share", "at_most = 1", "could fail"),
        ("score_moved_share", "at_least = 0", "could fail"),
        ("roc_auc_difference_to_baseline", "at_least = -1", "could fail"),
        ("public_contact", "at_most = 1", "could fail"),
        ("selection_rate_ratio", "at_least = 0.05", "could fail"),
        ("selection_rate_ratio", "at_most = 20", "could fail"),
        ("selection_rate_ratio", "between = [0.8, 100]", "could fail"),
        ("selection_rate_difference", "between = [-0.6, 0.1]", "could fail"),
        ("selection_rate_difference", "between = [0, 0.1]", "could meet"),
        ("calibration_slope", "between = [-9, 9]", "could fail"),
        ("calibration_in_the_large", "at_most = 9", "could fail"),
        ("population_stability_index", "at_least = 0", "could fail"),
    ],
)
def test_a_limit_beyond_what_its_measure_can_reach_is_refused(tmp_path, measure, limit, fault):
    folder = with_check(
        tmp_path,
        ("true_positive_rate_difference", measure),
        ('"protected"', f'"{MEASURES[measure].across[0]}"'),
        ("at_most = 0.10", limit),
    )
    assert f"no model {fault} this limit" in refusal(folder)


@pytest.mark.parametrize(
    ("measure", "limit", "fault"),
    [
        # Never failed, or as good as never.
        ("false_positive_rate", "at_most = 0.999", "hardly any model could fail"),
        ("selection_rate", "at_most = 0.995", "hardly any model could fail"),
        ("selection_rate", "between = [0.001, 0.999]", "hardly any model could fail"),
        ("true_positive_rate", "at_least = 0.001", "hardly any model could fail"),
        ("proxy_roc_auc", "at_most = 0.999", "hardly any model could fail"),
        ("roc_auc_difference_to_baseline", "at_least = -0.99", "hardly any model could fail"),
        # Never met.
        ("false_positive_rate", "at_most = 0", "no model could be shown to meet"),
        ("true_positive_rate", "at_least = 1", "no model could be shown to meet"),
        ("brier_score", "at_most = -0.1", "no model could meet"),
        ("consistency", "at_least = 1.2", "no model could meet"),
        ("k_anonymity", "at_most = 20", "only a bad model could meet"),
        # The wrong way round.
        ("true_positive_rate", "at_most = 0.8", "only a bad model could meet"),
        ("roc_auc", "at_most = 0.8", "only a bad model could meet"),
        ("consistency", "at_most = 0.8", "only a bad model could meet"),
        ("false_positive_rate", "at_least = 0.2", "only a bad model could meet"),
        ("leakage_roc_auc", "at_least = 0.6", "only a bad model could meet"),
        ("brier_score", "at_least = 0.1", "only a bad model could meet"),
    ],
)
def test_a_limit_hardly_ever_failed_never_met_or_the_wrong_way_round_is_refused(
    tmp_path, measure, limit, fault
):
    folder = with_check(
        tmp_path,
        ("true_positive_rate_difference", measure),
        ('"protected"', f'"{MEASURES[measure].across[0]}"'),
        ("at_most = 0.10", limit),
    )
    said = refusal(folder)
    assert f"bias/found.toml:8, limit: {fault} this limit" in said
    assert "Use " in said.split(fault)[1]


@pytest.mark.parametrize(
    ("measure", "limit"),
    [
        ("false_positive_rate", "at_most = 0.01"),
        ("true_positive_rate", "at_least = 0.98"),
        ("true_positive_rate", "between = [0.5, 0.9]"),
        ("selection_rate", "at_most = 0.9"),
        ("selection_rate", "at_least = 0.02"),
        ("roc_auc_difference_to_baseline", "at_least = 0"),
        ("score_moved_share", "at_least = 0.001"),
    ],
)
def test_a_strict_limit_is_no_fault(tmp_path, measure, limit):
    folder = with_check(
        tmp_path,
        ("true_positive_rate_difference", measure),
        ('"protected"', f'"{MEASURES[measure].across[0]}"'),
        ("at_most = 0.10", limit),
    )
    assert isinstance(read_standard(folder), Standard)


def test_what_is_good_and_what_is_bad_when_large_are_known_measures():
    assert not GOOD_WHEN_LARGE & BAD_WHEN_LARGE
    assert set(MEASURES) & set(REACH) >= GOOD_WHEN_LARGE | BAD_WHEN_LARGE


GAPS = [
    m
    for m in MEASURES
    if m.removesuffix("_worst_case").removesuffix("_change").endswith("_difference")
]
RATIOS = [m for m in MEASURES if m.endswith("_ratio")]


def test_every_measure_has_a_limit_that_is_too_wide_for_it():
    assert set(MEASURES) <= {*REACH, *GAPS, *RATIOS}
    # An error in the outcome's own unit has no end of its own on either side.
    in_a_unit = {m for m in MEASURES if m.startswith("mean_")}
    assert all(least > -math.inf for m, (least, _) in REACH.items() if m not in in_a_unit)


@pytest.mark.parametrize("measure", [m for m in GAPS if m not in REACH])
@pytest.mark.parametrize("limit", ["at_most = 0.51", "at_least = 0.01", "between = [-1, 1]"])
def test_no_gap_may_be_wider_than_a_half(tmp_path, measure, limit):
    folder = with_check(
        tmp_path,
        ("true_positive_rate_difference", measure),
        ('"protected"', f'"{MEASURES[measure].across[0]}"'),
        ("at_most = 0.10", limit),
    )
    assert "no model could fail this limit" in refusal(folder)


@pytest.mark.parametrize("measure", RATIOS)
@pytest.mark.parametrize("limit", ["at_most = 11", "at_least = 0.01", "between = [0.01, 1.2]"])
def test_no_ratio_may_reach_beyond_ten(tmp_path, measure, limit):
    folder = with_check(
        tmp_path, ("true_positive_rate_difference", measure), ("at_most = 0.10", limit)
    )
    assert "no model could fail this limit" in refusal(folder)


def test_duplicate_ids_are_told_with_both_files(tmp_path):
    folder = write_standard(tmp_path, {"bias/a.toml": CHECK, "drift/b.toml": CHECK})
    said = refusal(folder)
    assert "drift/b.toml:2: the id BIAS-02 is used in bias/a.toml as well" in said
    assert "standard.toml:5, checks: BIAS-02 is listed twice" in said


def test_a_listed_id_without_a_file_has_its_nearest(tmp_path):
    folder = write_standard(tmp_path)
    header = folder / "standard.toml"
    header.write_text(header.read_text().replace('["BIAS-02"]', '["BIAS-02", "BIAS-20"]'))
    said = refusal(folder)
    assert "standard.toml:5, checks: the check BIAS-20 is listed, and no file has that id" in said
    assert "Did you mean 'BIAS-02'?" in said


def test_a_check_outside_a_themes_folder_is_told(tmp_path):
    folder = write_standard(tmp_path, {"biass/found.toml": CHECK})
    assert "does not lie in a theme's folder. Did you mean 'bias'?" in refusal(folder)


def test_faults_of_the_header_are_all_told(tmp_path):
    folder = write_standard(tmp_path)
    (folder / "standard.toml").write_text(
        'schema = "essex-standard/9"\nname = 3\nversion = 1\nadopted = "soon"\nrule = []\n'
    )
    said = refusal(folder)
    assert "6 problems" in said or "7 problems" in said
    for words in (
        "standard.toml:1, schema: 'essex-standard/9' is not how schema is written",
        "standard.toml:2, name: it is not text in quotes",
        "standard.toml:4, adopted: it is not a date such as 2026-11-23, without quotes",
        "checks: 'checks' is missing",
        "standard.toml:5, rule: 'rule' is not a key that a Standard knows. Did you mean 'rules'?",
    ):
        assert words in said


def test_an_unknown_rule_is_told(tmp_path):
    folder = write_standard(tmp_path, rules='["D1", "Z9"]')
    assert "standard.toml:6, rules: there is no rule Z9. The rules are: " in refusal(folder)


def test_faults_of_several_files_come_in_one_message(tmp_path):
    broken = CHECK.replace("remedy", "remdy")
    other = CHECK.replace("BIAS-02", "BIAS-03").replace("0.10", "0.9")
    folder = write_standard(tmp_path, {"bias/a.toml": broken, "bias/b.toml": other})
    said = refusal(folder)
    assert "The Standard cannot be used (2 problems)" in said
    assert "bias/a.toml" in said
    assert "bias/b.toml" in said


def test_a_draft_that_cannot_be_read_is_told_and_not_run(tmp_path):
    folder = write_standard(tmp_path)
    (folder / "bias" / "draft.toml").write_text("not = = toml")
    assert "bias/draft.toml" in read_standard(folder).strays


@pytest.mark.parametrize(
    ("measure", "limit"),
    [
        ("roc_auc", "at_least = 0.05"),
        ("theil_index", "at_most = 50"),
        ("generalized_entropy_index", "at_most = 5"),
        ("subgroup_scan", "at_most = 0.9"),
        ("conditional_demographic_disparity", "at_most = 0.9"),
    ],
)
def test_a_limit_where_no_model_is_ever_seen_is_refused(tmp_path, measure, limit):
    text = CHECK.replace("true_positive_rate_difference", measure)
    text = text.replace("at_most = 0.10", limit).replace(
        '["protected"]', f'["{MEASURES[measure].across[0]}"]'
    )
    folder = write_standard(tmp_path, {"bias/found.toml": text})
    assert "no model could fail this limit" in refusal(folder)
