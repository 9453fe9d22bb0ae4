"""The shipped JSON Schema: it accepts what is written, and nothing else."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import essex_standard
from essex_standard.assessment import SCHEMA, THEMES, HowWeKnow, Level, Outcome, Verdict
from essex_standard.exchange.junit import junit_xml
from essex_standard.reports.store import read_json
from essex_standard.resources import schema_text

jsonschema = pytest.importorskip("jsonschema")

OPEN_UNIVERSITY = Path(__file__).parents[1] / "examples" / "open_university" / "submission.toml"


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(schema_text("assessment.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def data(n, gap, seed=11):
    rng = np.random.default_rng(seed)
    sex = rng.choice(["F", "M", "not said"], n, p=[0.5, 0.49, 0.01])
    y = rng.uniform(size=n) < 0.4
    shown = np.where(sex == "F", 0.75 - gap, 0.75)
    scores = np.where(rng.uniform(size=n) < np.where(y, shown, 0.25), 0.8, 0.2)
    return sex, y.astype(int), scores + rng.uniform(-0.1, 0.1, n)


def standard(folder, level):
    """Write a Standard of one check, so that a pass is within reach."""
    (folder / "bias").mkdir(parents=True)
    (folder / "standard.toml").write_text(
        'schema = "essex-standard/1"\nname = "One check"\nversion = "1"\nadopted = 2026-11-01\n'
        'checks = ["BIAS-02"]\nrules = []\n'
    )
    (folder / "bias" / "one.toml").write_text(
        'id = "BIAS-02"\ntitle = "Found equally often"\nquestion = "Is need found equally often?"\n'
        'why = "It matters."\nmeasure = "true_positive_rate_difference"\nacross = ["protected"]\n'
        f'level = "{level}"\nlimit = {{ at_most = 0.10 }}\n'
        'evidence = { confidence = 0.95, minimum = 50, of = "positives" }\nremedy = ["Look"]\n'
    )
    return folder


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the JSON of several assessments by name."""
    folder = tmp_path_factory.mktemp("schema")
    cases = {
        "shipped": (data(3000, 0.0), None),
        "refer": (data(3000, 0.3), standard(folder / "r", "refer")),
        "block": (data(3000, 0.3), standard(folder / "b", "block")),
        "few": (data(12, 0.0), None),
    }
    found = {}
    for name, ((sex, y, scores), by) in cases.items():
        essex_standard.assess(
            None, scores=scores, y=y, protected=pd.DataFrame({"sex": sex}), threshold=0.5,
            standard=by, as_of="2026-11-23",
        ).to_json(folder / f"{name}.json")  # fmt: skip
        found[name] = folder / f"{name}.json"
    if OPEN_UNIVERSITY.is_file():
        essex_standard.assess(submission=OPEN_UNIVERSITY, as_of="2026-11-23").to_json(
            folder / "submission.json"
        )
        found["submission"] = folder / "submission.json"
    return found


@pytest.fixture(scope="module")
def contents(written):
    return {name: json.loads(path.read_text("utf-8")) for name, path in written.items()}


def test_the_schema_accepts_every_assessment_that_is_written(validator, contents):
    for name, content in contents.items():
        errors = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(content)]
        assert not errors, (name, errors[:3])
    assert {c["verdict"] for c in contents.values()} >= {"refer", "block"}


def test_the_schema_accepts_a_pass(validator, contents):
    content = copy.deepcopy(contents["block"])
    for finding in content["findings"]:
        finding["outcome"] = "met"
    content["verdict"] = "pass"
    content["release"]["allowed"] = True

    assert validator.is_valid(content)


def test_the_schema_names_exactly_the_words_of_the_code(validator):
    schema = validator.schema
    finding = schema["$defs"]["finding"]["properties"]

    assert schema["properties"]["schema"]["const"] == SCHEMA
    assert schema["properties"]["verdict"]["enum"] == [v.value for v in Verdict]
    assert finding["outcome"]["enum"] == [o.value for o in Outcome]
    assert finding["level"]["enum"] == [level.value for level in Level]
    assert finding["how_we_know"]["enum"] == [h.value for h in HowWeKnow]
    assert finding["theme"]["enum"] == list(THEMES)


def first_measurement(content, *, withheld):
    return next(
        m for f in content["findings"] for m in f["measurements"] if m["withheld"] is withheld
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.update(schema="essex-standard/assessment/2"),
        lambda c: c.update(verdict="fine"),
        lambda c: c.update(edition="restricted"),
        lambda c: c.update(extra=1),
        lambda c: c.pop("digest"),
        lambda c: c.update(digest="md5:0"),
        lambda c: c["subject"].update(rows=1234),
        lambda c: c["subject"].update(rows=5),
        lambda c: c["subject"].update(assessed_on="yesterday"),
        lambda c: c["subject"].update(head=[1, 2]),
        lambda c: c["release"].update(allowed="no"),
        lambda c: c["findings"][0].update(outcome="Met"),
        lambda c: c["findings"][0].update(outcome="passed"),
        lambda c: c["findings"][0].update(level="high"),
        lambda c: c["findings"][0].update(theme="luck"),
        lambda c: c["findings"][0].update(statement=""),
        lambda c: c["findings"][0].update(rows=[]),
        lambda c: c["findings"][0].pop("how_we_know"),
        lambda c: c["findings"][0].update(limit=[1]),
        lambda c: c.update(verdict="block"),
        lambda c: first_measurement(c, withheld=False).update(n=7),
        lambda c: first_measurement(c, withheld=False).update(n=123),
        lambda c: first_measurement(c, withheld=False).update(value="0.5"),
        lambda c: first_measurement(c, withheld=False).pop("withheld"),
        lambda c: first_measurement(c, withheld=True).update(value=0.5),
        lambda c: first_measurement(c, withheld=True).update(n=20),
    ],
)
def test_the_schema_refuses_what_is_not_an_assessment(validator, contents, change):
    content = copy.deepcopy(contents["shipped"])
    change(content)

    assert not validator.is_valid(content)


def test_a_block_cannot_be_repainted(validator, contents):
    for verdict in ("pass", "refer"):
        content = copy.deepcopy(contents["block"])
        content["verdict"] = verdict
        assert not validator.is_valid(content)
    released = copy.deepcopy(contents["block"])
    released["release"]["allowed"] = True
    assert not validator.is_valid(released)


def test_all_that_the_schema_describes_is_what_the_reader_accepts(written):
    for name, path in written.items():
        assert read_json(path).protected, name
        assert junit_xml(read_json(path))


def test_every_figure_is_rounded_and_every_count_a_multiple_of_five(contents):
    checked = 0
    for content in contents.values():
        for m in (m for f in content["findings"] for m in f["measurements"]):
            for name in ("value", "low", "high"):
                assert m[name] is None or re.fullmatch(r"-?\d+(\.\d{1,2})?", json.dumps(m[name])), m
            assert m["n"] is None or (m["n"] >= 10 and m["n"] % 5 == 0), m
            if m["withheld"]:
                assert (m["value"], m["low"], m["high"], m["n"]) == (None,) * 4
            checked += 1
        for rows in (content["subject"]["rows"], content["context"]["reference_rows"]):
            assert rows is None or rows % 5 == 0
    assert checked > 100
