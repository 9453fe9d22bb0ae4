"""From a submission with several agreements to what each of them is shown to buy."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from essex_standard import assess
from essex_standard.disclosure import protect
from essex_standard.errors import DataError
from tests.helpers import AS_OF, ROOT, write_standard

CHECK = (ROOT / "checks" / "minimisation" / "sources_needed.toml").read_text("utf-8")
READS = ["contacts", "visits", "stops"]
AGREEMENTS = {"council": ["contacts", "visits", "happened", "sex"], "police": ["stops"]}

SUBMISSION = """
schema = "essex-submission/1"
agreements = ["agreements/*.toml"]
polarity = "assistive"
unit = "family"
baseline = "prevalence"

[project]
id = "small"
title = "A small project"
stage = "pilot"

[model]
positive = ["1"]

[data]
outcome = "happened"
protected = ["sex"]

[threshold]
kind = "score_cutoff"
value = 0.5
"""

AGREEMENT = """
schema = "essex-dsa/1"
id = "{name}"
title = "Records of the {name}"
layer = "open_data"
status = "signed"
publisher = "The {name}"
licence = "Open Government Licence v3.0"
source = "https://example.org/{name}"
contact = "somebody@example.org"

[dates]
start = 2026-01-01
end = 2029-01-01
review = 2028-01-01

[[dataset]]
id = "{name}-records"
name = "Records"
"""


def families(n=3_000, seed=0, effect=(1.0, 0.5, 0.0)):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, 3)), columns=READS)
    p = 1 / (1 + np.exp(-(frame[READS].to_numpy() @ np.array(effect))))
    frame["happened"] = (rng.random(n) < p).astype(int)
    frame["sex"] = rng.choice(["F", "M"], n)
    return frame


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    return write_standard(tmp_path_factory.mktemp("standard"), {"minimisation/a.toml": CHECK})


@pytest.fixture
def case(tmp_path):
    return written(tmp_path, AGREEMENTS)


def written(folder, agreements):
    (folder / "agreements").mkdir()
    (folder / "submission.toml").write_text(SUBMISSION, encoding="utf-8")
    for name, columns in agreements.items():
        text = AGREEMENT.format(name=name)
        text += "".join(f'\n[[dataset.column]]\nname = "{c}"\n' for c in columns)
        (folder / "agreements" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def look(case, standard, *, effect=(1.0, 0.5, 0.0), n=3_000, model=None, **changed):
    old, new = families(n, 1, effect), families(n, 2, effect)
    fitted = (model or LogisticRegression()).fit(old[READS], old["happened"])
    given = {"reference": old, "submission": case, "standard": standard, "as_of": AS_OF}
    return assess(fitted, new, "happened", **(given | changed))


def finding(assessment):
    return next(f for f in assessment.findings if f.check == "MIN-11")


def test_a_source_that_buys_nothing_is_named_and_the_one_that_does_is_not(case, standard):
    found = finding(look(case, standard))
    assert found.outcome.value == "not met"
    assert found.statement.startswith("The columns of agreement police are not shown to be needed")
    assert "council" not in found.statement
    assert "limit" not in found.statement
    losses = {m.attribute: m for m in found.measurements if m.measure == "necessity_loss"}
    assert losses["police"].high < 0.01 < losses["council"].low


def test_where_every_source_buys_something_the_check_is_met(case, standard):
    found = finding(look(case, standard, effect=(0.7, 0.7, 0.7)))
    assert found.outcome.value == "met"
    lost = [m for m in found.measurements if m.measure == "found_per_1000_loss"]
    assert all(m.low > 0 for m in lost)
    assert "fewer (likely" in found.statement


def test_too_few_people_leave_it_open(case, standard):
    found = finding(look(case, standard, effect=(1.0, 0.5, 0.25), n=300))
    assert found.outcome.value == "uncertain"
    assert "further cases" in found.statement


def test_whose_detection_depends_on_a_source_is_told_by_group(case, standard):
    found = finding(look(case, standard, effect=(0.7, 0.7, 0.7)))
    told = {(m.group, m.versus) for m in found.measurements if m.measure.startswith("true_pos")}
    assert told == {(g, s) for g in "FM" for s in AGREEMENTS}


def test_columns_that_two_agreements_cover_are_left_in_and_told(tmp_path, standard):
    case = written(tmp_path, AGREEMENTS | {"health": ["visits"]})
    found = finding(look(case, standard))
    assert any("Another agreement covers visits of agreement health" in d for d in found.details)
    assert {m.attribute for m in found.measurements if m.limit} == {"council", "police"}


def test_a_source_of_which_nothing_is_read_is_told(tmp_path, standard):
    case = written(tmp_path, AGREEMENTS | {"school": ["absences"]})
    assert "The model reads no column of agreement school." in finding(look(case, standard)).details


def test_a_function_is_not_assessed_and_says_why(case, standard):
    new = families()
    found = finding(
        assess(
            lambda X: 1 / (1 + np.exp(-X["contacts"])), new, "happened", reference=families(seed=1),
            submission=case, standard=standard, as_of=AS_OF,
        )
    )  # fmt: skip
    assert found.outcome.value == "not assessed"
    assert "no estimator" in found.statement


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"reference": None}, "no reference data"),
        ({"reference": families(3_000, 2)}, "the reference data are the data assessed"),
        ({"reference": families(30, 1)}, "fewer than 20 people in the reference"),
        ({"reference": families(100, 1).assign(happened=0)}, "fewer than 20 people"),
        ({"submission": None, "threshold": 0.5}, "no agreement in force"),
    ],
)
def test_what_cannot_be_tried_is_not_assessed_and_says_why(case, standard, changed, reason):
    found = finding(look(case, standard, **changed))
    assert found.outcome.value == "not assessed"
    assert reason in found.statement


def test_a_capacity_flags_as_many_with_either_copy(case, standard):
    assessment = look(case, standard, effect=(0.7, 0.7, 0.7), capacity=600)
    lost = [m for m in finding(assessment).measurements if m.measure == "found_per_1000_loss"]
    # Of 600 in 3,000 nobody can find more than 200 in 1,000.
    assert lost
    assert all(0 < m.value < 200 for m in lost)
    names = {m.measure for m in finding(assessment).measurements}
    assert "net_benefit_per_1000_loss" not in names


def test_what_is_published_is_of_rounded_people(case, standard):
    shown = finding(protect(look(case, standard, effect=(0.7, 0.7, 0.7))))
    lost = [m for m in shown.measurements if m.measure == "found_per_1000_loss"]
    # 3,000 people: five of them are 1.67 of 1,000.
    assert all(m.value == round(5 * round(m.value * 0.6) / 3) for m in lost)
    assert all(m.n % 5 == 0 for m in shown.measurements if m.n is not None)
    judged = [m for m in shown.measurements if m.measure == "necessity_loss"]
    assert all(round(x, 2) == x for m in judged for x in (m.value, m.low, m.high))


def test_groups_are_told_together_or_not_at_all(case, standard):
    old, new = families(3_000, 1), families(3_000, 2)
    new.loc[:24, "sex"] = "X"
    model = LogisticRegression().fit(old[READS], old["happened"])
    found = finding(
        assess(model, new, "happened", reference=old, submission=case, standard=standard,
               as_of=AS_OF)
    )  # fmt: skip
    assert not [m for m in found.measurements if m.measure == "true_positive_rate_loss"]


def test_the_same_files_give_the_same_finding(case, standard):
    assert finding(look(case, standard)) == finding(look(case, standard))


# By column ---------------------------------------------------------------------------------------

BY_COLUMN = (ROOT / "checks" / "minimisation" / "columns_needed.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def of_columns(tmp_path_factory):
    return write_standard(tmp_path_factory.mktemp("columns"), {"minimisation/b.toml": BY_COLUMN})


def alone(standard, model=None, *, effect=(1.0, 0.5, 0.0), n=6_000, reads=READS, **changed):
    """Assess without a submission: no agreement is needed to try columns."""
    old, new = families(n, 1, effect), families(n, 2, effect)
    for frame in (old, new):
        frame["seen"] = frame["contacts"]
    fitted = (model or LogisticRegression()).fit(old[reads], old["happened"])
    given = {"reference": old, "protected": "sex", "threshold": 0.5, "standard": standard}
    return assess(fitted, new, "happened", as_of=AS_OF, **(given | changed))


def test_a_column_that_buys_nothing_is_named_and_the_others_can_be_pasted_back(of_columns):
    assessment = alone(of_columns)
    found = assessment.findings[0]
    assert found.outcome.value == "not met"
    assert found.statement.startswith("Column stops is not shown to be needed")
    assert assessment.minimised_columns() == ("contacts", "visits")
    assert "The smallest set of columns found: contacts and visits." in found.details


def test_two_copies_of_one_thing_are_not_both_found_to_be_of_no_use(of_columns):
    assessment = alone(of_columns, effect=(1.0, 0.6, 0.4), reads=[*READS, "seen"])
    found = assessment.findings[0]
    assert found.outcome.value == "not met"
    assert found.statement.startswith("Column contacts is not shown to be needed")
    said = "Either column contacts or column seen could be left out, and not both"
    assert any(d.startswith(said) for d in found.details)
    assert assessment.minimised_columns() == ("visits", "stops", "seen")


def test_where_each_column_buys_something_the_check_is_met(of_columns):
    assessment = alone(of_columns, effect=(0.8, 0.8, 0.8))
    assert assessment.findings[0].outcome.value == "met"
    assert assessment.minimised_columns() == tuple(READS)


def test_a_function_is_shuffled_and_says_what_could_not_be_examined(of_columns):
    new = families()
    assessment = assess(
        lambda X: 1 / (1 + np.exp(-X["contacts"])), new[[*READS, "happened", "sex"]], "happened",
        reference=families(seed=1), protected="sex", threshold=0.5, standard=of_columns,
        as_of=AS_OF,
    )  # fmt: skip
    found = assessment.findings[0]
    assert found.outcome.value == "not assessed"
    assert any(d.startswith("What shuffling a column costs") for d in found.details)
    lost = {m.attribute: m.value for m in found.measurements if m.measure == "shuffled_loss"}
    assert lost["contacts"] > 0.1
    assert lost["stops"] == 0
    assert assessment.minimised_columns() == ()


def test_scores_alone_are_not_assessed_and_say_why(of_columns):
    new = families()
    assessment = assess(
        None, new, "happened", scores=np.full(len(new), 0.4), protected="sex", threshold=0.5,
        standard=of_columns, as_of=AS_OF,
    )  # fmt: skip
    assert assessment.findings[0].outcome.value == "not assessed"
    assert "only scores were given" in assessment.findings[0].statement


def test_without_time_nothing_is_met(of_columns):
    found = alone(of_columns, minutes=0).findings[0]
    assert found.outcome.value == "not assessed"
    assert "the time, allowed ran out" in found.statement


@pytest.mark.parametrize("minutes", [-1, float("nan"), float("inf")])
def test_a_time_that_is_none_is_refused(of_columns, minutes):
    with pytest.raises(DataError, match="number of minutes"):
        alone(of_columns, minutes=minutes)


def test_the_report_draws_how_the_loss_grows_and_offers_the_columns(of_columns, tmp_path):
    alone(of_columns).to_html(tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    section = text[text.index('id="fewer-columns"') :]
    section = section[: section.index("</section>")]
    assert "[&#34;contacts&#34;, &#34;visits&#34;]" in section
    assert "<svg" in section
    assert "number of columns that stay" in section


def test_a_protected_column_with_a_withheld_group_is_told_without_figures(of_columns):
    old, new = families(6_000, 1), families(6_000, 2)
    for frame in (old, new):
        frame["band"] = (frame["stops"] > 0).astype(int)
    new.loc[:6, "band"] = 3
    reads = ["contacts", "visits", "band"]
    model = LogisticRegression().fit(old[reads], old["happened"])
    shown = protect(
        assess(model, new, "happened", reference=old, protected=["band"], threshold=0.5,
               standard=of_columns, as_of=AS_OF)
    )  # fmt: skip
    of_band = [m for m in shown.findings[0].measurements if m.attribute == "band"]
    assert of_band
    assert all(m.value is None for m in of_band if m.measure != "stays_in_smallest_set")


# By coarseness -----------------------------------------------------------------------------------

COARSER = (ROOT / "checks" / "minimisation" / "coarser_columns.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def of_coarseness(tmp_path_factory):
    folder = tmp_path_factory.mktemp("coarser")
    return write_standard(folder, {"minimisation/c.toml": COARSER})


def test_a_number_counted_out_that_matters_roughly_could_be_in_bands(of_coarseness):
    old, new = families(6_000, 1), families(6_000, 2)
    for frame, seed in ((old, 3), (new, 4)):
        rng = np.random.default_rng(seed)
        frame["contacts"] = rng.integers(0, 30, len(frame))
        eta = frame["contacts"] / 10 - 1.5
        frame["happened"] = (rng.random(len(frame)) < 1 / (1 + np.exp(-eta))).astype(int)
    model = LogisticRegression().fit(old[["contacts"]], old["happened"])
    assessment = assess(
        model, new, "happened", reference=old, protected="sex", threshold=0.5,
        standard=of_coarseness, as_of=AS_OF,
    )  # fmt: skip
    found = assessment.findings[0]
    assert found.outcome.value == "not met"
    assert found.statement.startswith("Column contacts could be coarser")
    assert "Column contacts: ten bands would do." in found.details


def test_codes_of_two_values_cannot_be_coarser(of_coarseness):
    old, new = families(2_000, 1), families(2_000, 2)
    for frame in (old, new):
        frame["contacts"] = (frame["contacts"] > 0).astype(int)
    model = LogisticRegression().fit(old[["contacts"]], old["happened"])
    found = assess(
        model, new, "happened", reference=old, protected="sex", threshold=0.5,
        standard=of_coarseness, as_of=AS_OF,
    ).findings[0]  # fmt: skip
    assert found.outcome.value == "not applicable"


def test_scores_alone_cannot_be_tried_coarser(of_coarseness):
    new = families()
    found = assess(
        None, new, "happened", scores=np.full(len(new), 0.4), protected="sex", threshold=0.5,
        standard=of_coarseness, as_of=AS_OF,
    ).findings[0]  # fmt: skip
    assert found.outcome.value == "not assessed"
    assert "only scores were given" in found.statement


def test_a_search_that_ran_out_of_time_is_taken_up_again(of_columns, tmp_path):
    kept = tmp_path / "copies.json"
    first = alone(of_columns, minutes=0, resume=kept)
    assert first.findings[0].outcome.value == "not assessed"
    alone(of_columns, resume=kept)
    assert kept.stat().st_mode & 0o077 == 0
    before = kept.read_bytes()
    # No copy may be fitted, and none is needed.
    again = alone(of_columns, minutes=0, resume=kept)
    assert again.findings[0].measurements == alone(of_columns).findings[0].measurements
    assert any("were kept from an earlier run" in said for said in again.told)
    assert kept.read_bytes() == before


def test_an_interrupted_search_keeps_what_it_found(of_columns, tmp_path, monkeypatch):
    kept, fits = tmp_path / "copies.json", 0
    fit = LogisticRegression.fit

    def stopped(self, X, y, **given):
        nonlocal fits
        fits += 1
        # The model itself and the first copy are fits too.
        if fits > 4:
            raise KeyboardInterrupt
        return fit(self, X, y, **given)

    monkeypatch.setattr(LogisticRegression, "fit", stopped)
    with pytest.raises(KeyboardInterrupt):
        alone(of_columns, resume=kept)
    monkeypatch.undo()
    assert json.loads(kept.read_bytes())["found"]
    again = alone(of_columns, resume=kept)
    assert again.findings[0].measurements == alone(of_columns).findings[0].measurements


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"schema": "essex-standard/copies/1"}'])
def test_a_file_that_is_no_search_is_refused_and_left_as_it_is(of_columns, tmp_path, content):
    kept = tmp_path / "copies.json"
    kept.write_bytes(content)
    with pytest.raises(DataError, match="not what an earlier search wrote"):
        alone(of_columns, resume=kept)
    assert kept.read_bytes() == content


def test_a_search_of_other_data_is_refused(of_columns, tmp_path):
    kept = tmp_path / "copies.json"
    alone(of_columns, minutes=0, resume=kept)
    before = kept.read_bytes()
    old, new = families(3_000, 8), families(3_000, 9)
    model = LogisticRegression().fit(old[READS], old["happened"])
    with pytest.raises(DataError, match="another model, other data"):
        assess(model, new, "happened", reference=old, protected="sex", threshold=0.5,
               standard=of_columns, as_of=AS_OF, resume=kept)  # fmt: skip
    assert kept.read_bytes() == before


def test_a_watcher_sees_how_far_the_search_is(of_columns):
    said = []
    alone(of_columns, progress=said.append)
    counted = [words for words in said if "copy" in words]
    assert counted[0].startswith("Fitting the model again without some of its columns ░")
    assert "copy 1 of 120 at most" in counted[0]
    assert all(words.endswith("left at most") for words in counted)
