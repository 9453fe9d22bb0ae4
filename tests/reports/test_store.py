"""What lies on disk: read back as it was written, or refused by name and with a way to mend it."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import stat
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import essex_standard
from essex_standard.assessment import (
    Assessment,
    Finding,
    HowWeKnow,
    Level,
    Outcome,
    Release,
    StandardRef,
    Subject,
    Verdict,
)
from essex_standard.disclosure import protect
from essex_standard.errors import AssessmentFileError, EditionRefused, OutputError
from essex_standard.measurement import Measurement
from essex_standard.reports import store
from essex_standard.reports.files import digest_of, write_whole

DIGEST = "sha256:" + "ab" * 32


def finding(check="BIAS-02", outcome=Outcome.MET, level=Level.BLOCK, **more):
    return Finding(
        check=check, title="Need is found equally often", theme="bias", level=level,
        outcome=outcome, how_we_know=HowWeKnow.MEASURED, statement="Said in plain words.", **more,
    )  # fmt: skip


def protected(*findings, **more):
    given = {
        "standard": StandardRef(name="The Standard", version="1", digest=DIGEST),
        "subject": Subject(name="A model", stage="pilot", rows=1200, assessed_on="2026-11-23"),
        "findings": findings or (finding(measurements=(SHOWN, WITHHELD)),),
        "release": Release(allowed=True),
        "protected": True,
    }
    return Assessment(**{**given, **more})


SHOWN = Measurement(
    measure="true_positive_rate", attribute="sex", group="F", value=0.7, low=0.66, high=0.75,
    n=120, limit=(0.1, 0.2),
)  # fmt: skip
WITHHELD = Measurement(
    measure="true_positive_rate", attribute="sex", group="X", limit=0.1, withheld=True
)


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "assessment.json"
    protected().to_json(path)
    return path


@pytest.fixture(scope="module")
def assessed():
    rng = np.random.default_rng(5)
    n = 1200
    frame = pd.DataFrame(
        {"age": rng.integers(18, 80, n), "sex": rng.choice(["F", "M", "X"], n, p=[0.5, 0.48, 0.02])}
    )
    scores = rng.uniform(size=n)
    return essex_standard.assess(
        None, frame, y=(rng.uniform(size=n) < scores).astype(int), scores=scores,
        protected=["sex"], threshold=0.5, as_of="2026-11-23",
        weights=rng.uniform(0.5, 2.0, n), clusters=rng.integers(0, 300, n),
    )  # fmt: skip


def edited(path, change, *, resign=False):
    """Change the JSON by hand; `resign` recomputes the digest, as a determined forger would."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    if resign:
        content.pop("digest", None)
        content["digest"] = digest_of(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


# The protected form ----------------------------------------------------------------------------


def test_what_is_written_is_read_back(written):
    assert store.read_json(written) == protected()


def test_an_assessment_of_data_is_read_back_as_its_protected_form(assessed, tmp_path):
    assessed.to_json(tmp_path / "assessment.json")

    read = store.read_json(tmp_path / "assessment.json")
    assert read == store.protected_form(assessed, "panel")
    assert read.findings == protect(assessed).findings


def test_the_json_names_the_digest_of_the_restricted_store(assessed, tmp_path):
    assessed.to_json(tmp_path / "assessment.json")
    assessed.save(tmp_path / "assessment.evidence")

    bytes_of_store = (tmp_path / "assessment.evidence").read_bytes()
    named = store.read_json(tmp_path / "assessment.json").subject.evidence_digest
    assert named == f"sha256:{hashlib.sha256(bytes_of_store).hexdigest()}"


def test_the_same_assessment_has_the_same_bytes(assessed, tmp_path):
    for name in ("one", "two"):
        assessed.to_json(tmp_path / f"{name}.json")
        assessed.save(tmp_path / f"{name}.evidence")

    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert (tmp_path / "one.evidence").read_bytes() == (tmp_path / "two.evidence").read_bytes()


def test_unprotected_figures_are_never_written_as_json(assessed, tmp_path):
    with pytest.raises(OutputError, match="not protected"):
        assessed.to_json(tmp_path / "a.json", edition="restricted")
    with pytest.raises(EditionRefused, match="there is no edition 'secret'"):
        assessed.to_json(tmp_path / "a.json", edition="secret")

    assert not list(tmp_path.iterdir())


def set_verdict(content):
    content["verdict"] = "refer"


def set_outcome(content):
    content["findings"][0]["outcome"] = "not met"


def set_release(content):
    content["findings"][0]["outcome"] = "uncertain"
    content["verdict"] = "refer"


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (set_verdict, "verdict", "does not follow from the findings"),
        (set_outcome, "verdict", "amount to 'block'"),
        (set_release, "release", "neither the verdict nor a decision allows it"),
        (lambda c: c.update(digest=DIGEST), "digest", "changed after it was written"),
        (lambda c: c["findings"][0].update(title="x"), "digest", "changed after it was written"),
        (lambda c: c.pop("digest"), "the file", "the key 'digest' is missing"),
        (lambda c: c.pop("findings"), "the file", "the key 'findings' is missing"),
        (lambda c: c.update(finding=[]), "the file", "the key 'finding' is not known"),
        (lambda c: c["subject"].pop("stage"), "subject", "the key 'stage' is missing"),
        (lambda c: c["findings"][0].update(levl="x"), "findings[0]", "'levl' is not known"),
        (lambda c: c["findings"][0].update(level="low"), "findings[0].level", "block, refer, note"),
        (lambda c: c["findings"][0].update(theme="luck"), "findings[0].theme", "not one of: bias"),
        (lambda c: c["findings"][0].update(when_uncertain="no"), "when_uncertain", "neither refer"),
        (lambda c: c["findings"][0].update(outcome=None), "findings[0].outcome", "not one of"),
        (lambda c: c["findings"].append(c["findings"][0]), "findings[1]", "more than once"),
        (lambda c: c.update(findings={}), "findings", "it is not a list"),
        (lambda c: c.update(findings=[1]), "findings[0]", "not a table"),
        (lambda c: c.update(edition="secret"), "edition", "not one of"),
        (lambda c: c.update(edition="restricted"), "edition", "never written as JSON"),
        (lambda c: c.update(told="no"), "told", "it is not a list"),
        (lambda c: c.update(told=[None]), "told[0]", "it is not a text"),
        (lambda c: c["subject"].update(rows="many"), "subject.rows", "neither a whole number"),
        (lambda c: c["subject"].update(rows=True), "subject.rows", "neither a whole number"),
        (lambda c: c["release"].update(allowed=1), "release.allowed", "true or false"),
        (lambda c: c["findings"][0]["measurements"][0].update(n=123), "findings", "lets through"),
        (lambda c: c["findings"][0]["measurements"][0].update(value=0.705), "findings", "lets"),
        (lambda c: c["findings"][0]["measurements"][1].update(n=10), "findings", "lets through"),
    ],
)  # fmt: skip
def test_a_file_changed_by_hand_is_refused_by_name(written, change, where, what):
    whole = written.read_bytes()
    # A forger may recompute the digest, which hides nothing but a changed or missing digest.
    for resign in (False,) if "digest" in where + what else (False, True):
        written.write_bytes(whole)
        with pytest.raises(AssessmentFileError) as caught:
            store.read_json(edited(written, change, resign=resign))
        problems = caught.value.problems
        assert any(where in p.where and what in p.what for p in problems), caught.value
        assert all(str(written) in p.where and p.mend for p in problems)


def test_release_is_refused_while_a_block_stands(written):
    def change(content):
        content["findings"][0]["outcome"] = "not met"
        content["verdict"] = "block"
        content["release"]["decision"] = "the board"

    with pytest.raises(AssessmentFileError, match="while a block stands"):
        store.read_json(edited(written, change, resign=True))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "cannot be read"),
        (b"{", "cannot be read"),
        (b"[]", "it is not an assessment"),
        (b'"assessment"', "it is not an assessment"),
        (b"{}", "not an assessment in the form"),
        (b'{"schema": "essex-standard/assessment/2"}', "in the form essex-standard/assessment/2"),
        (b'{"schema": "essex-standard/assessment/1"}', "is missing"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"\x1f\x8b\x08\x00", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b'{"a":' * 100_000, "cannot be read"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "cannot be read"),
    ],
)
@pytest.mark.parametrize("reader", [store.read_json, store.load])
def test_what_is_no_assessment_is_refused_and_not_a_traceback(tmp_path, content, what, reader):
    path = tmp_path / "assessment.json"
    path.write_bytes(content)

    with pytest.raises(AssessmentFileError) as caught:
        reader(path)

    assert any(what in str(p) or "neither an assessment" in str(p) for p in caught.value.problems)


@pytest.mark.parametrize("cut", [1, 100, 700, -3])
def test_a_truncated_file_is_refused(written, cut):
    written.write_bytes(written.read_bytes()[:cut])

    with pytest.raises(AssessmentFileError, match="cannot be read"):
        store.read_json(written)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(written, word):
    text = written.read_text(encoding="utf-8")
    written.write_text(text.replace("0.7,", f"{word},"), encoding="utf-8")

    with pytest.raises(AssessmentFileError):
        store.read_json(written)


def test_a_key_that_stands_there_twice_is_refused(written):
    text = written.read_text(encoding="utf-8")
    written.write_text(text.replace("{", '{"verdict": "block", ', 1), encoding="utf-8")

    with pytest.raises(AssessmentFileError, match="a key twice"):
        store.read_json(written)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(AssessmentFileError, match="no such file"):
        store.read_json(tmp_path / "absent.json")
    with pytest.raises(AssessmentFileError, match="cannot be read"):
        store.read_json(tmp_path)


def test_texts_of_every_sort_survive(tmp_path):
    odd = 'Zoë ]]> <script>"\\ \u2028 \x00 🙂'
    protected(subject=replace(protected().subject, name=odd)).to_json(tmp_path / "a.json")

    assert store.read_json(tmp_path / "a.json").subject.name == odd


def test_half_a_character_does_not_keep_a_file_from_being_written(tmp_path):
    protected(told=("broken \ud800 off",)).to_json(tmp_path / "a.json")

    assert "broken" in (tmp_path / "a.json").read_text(encoding="utf-8")


# The restricted store --------------------------------------------------------------------------


def test_the_restricted_store_is_read_back_with_its_evidence(assessed, tmp_path):
    path = tmp_path / "assessment.evidence"
    digested = store.with_evidence_digest(assessed)
    digested.save(path)

    got = Assessment.load(path)

    assert got == digested
    assert got.evidence == assessed.evidence
    assert not got.protected
    assert protect(got) == protect(digested)


def test_the_restricted_store_is_for_its_owner_alone_and_says_so(assessed, tmp_path):
    path = tmp_path / "assessment.evidence"
    path.write_text("what stood here before")
    path.chmod(0o644)
    assessed.save(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(gzip.decompress(path.read_bytes()))["marking"].startswith("RESTRICTED")


def test_the_json_is_linked_to_the_evidence_by_digest_only(assessed, tmp_path):
    digested = store.with_evidence_digest(assessed)
    digested.save(tmp_path / "assessment.evidence")
    digested.to_json(tmp_path / "assessment.json")
    content = json.loads((tmp_path / "assessment.json").read_text(encoding="utf-8"))

    held = Assessment.load(tmp_path / "assessment.evidence").subject.evidence_digest
    assert content["subject"]["evidence_digest"] == held
    assert "evidence" not in content


def test_protected_figures_cannot_be_saved_as_restricted(assessed, tmp_path):
    for given in (protect(assessed), replace(assessed, evidence=None)):
        with pytest.raises(OutputError, match="only protected figures are at hand"):
            given.save(tmp_path / "assessment.evidence")

    assert not list(tmp_path.iterdir())


def test_load_reads_the_protected_form_too(written):
    assert Assessment.load(written).protected


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda c: c.update(verdict="pass"), "does not follow"),
        (lambda c: c["evidence"].pop("assessed"), "evidence is damaged"),
        (lambda c: c["evidence"]["assessed"]["groups"][""].update(counts="CANARY"), "is damaged"),
        (lambda c: c.update(evidence=[]), "is damaged"),
        (lambda c: c.pop("evidence"), "'evidence' is missing"),
        (lambda c: c["findings"][0].update(outcome="fine"), "not one of"),
    ],
)
def test_a_damaged_store_is_refused_without_quoting_it(assessed, tmp_path, change, what):
    path = tmp_path / "assessment.evidence"
    assessed.save(path)
    content = json.loads(gzip.decompress(path.read_bytes()))
    change(content)
    path.write_bytes(gzip.compress(json.dumps(content).encode()))

    with pytest.raises(AssessmentFileError, match=what) as caught:
        store.load(path)

    assert "CANARY" not in str(caught.value)
    assert caught.value.__cause__ is None


# Writing ---------------------------------------------------------------------------------------


def test_a_write_that_fails_half_way_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "assessment.json"
    path.write_text("the old one")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))

    with pytest.raises(OutputError, match="No space left"):
        write_whole(path, b"the new one")

    assert path.read_text() == "the old one"
    assert [p.name for p in tmp_path.iterdir()] == ["assessment.json"]


def test_an_interrupted_write_leaves_what_was_there_and_no_draft(tmp_path, monkeypatch):
    path = tmp_path / "assessment.json"
    path.write_text("the old one")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"the new one")

    assert path.read_text() == "the old one"
    assert [p.name for p in tmp_path.iterdir()] == ["assessment.json"]


def test_a_link_is_replaced_and_what_it_points_to_is_left_alone(tmp_path):
    target, link = tmp_path / "elsewhere", tmp_path / "assessment.evidence"
    target.write_text("not ours")
    link.symlink_to(target)
    write_whole(link, b"restricted", mode=0o600)

    assert target.read_text() == "not ours"
    assert not link.is_symlink()
    assert link.read_bytes() == b"restricted"


@pytest.mark.parametrize("name", ["folder", "no/such/folder/a.json", "a" * 300, "a\0b"])
def test_what_cannot_be_written_is_told_with_its_mend(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside").write_text("kept")

    with pytest.raises(OutputError, match="cannot be written") as caught:
        write_whole(tmp_path / name, b"x")

    assert caught.value.problems[0].mend
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_a_verdict_is_never_stored_but_follows(written):
    assert store.read_json(written).verdict is Verdict.PASS
