"""The real example: its files follow from its scripts, and say what its README says."""

import hashlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "open_university"
POSITIVE = ["Withdrawn", "Fail"]


@pytest.fixture(scope="module")
def scripts() -> dict[str, ModuleType]:
    """The example's scripts, imported as someone in its folder would have them."""
    loaded: dict[str, ModuleType] = {}
    before = sys.modules.get("prepare")
    for name in ("prepare", "train"):
        spec = importlib.util.spec_from_file_location(name, EXAMPLE / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = loaded[name] = module
        spec.loader.exec_module(module)
    yield loaded
    del sys.modules["train"]
    sys.modules.pop("prepare")
    if before is not None:
        sys.modules["prepare"] = before


@pytest.fixture(scope="module")
def training() -> pd.DataFrame:
    return pd.read_parquet(EXAMPLE / "training.parquet")


@pytest.fixture(scope="module")
def assessed() -> pd.DataFrame:
    return pd.read_parquet(EXAMPLE / "assessed.parquet")


@pytest.fixture(scope="module")
def declared():
    from essex_standard.submission.loading import load_submission

    return load_submission(EXAMPLE / "submission.toml")


@pytest.fixture(scope="module")
def stored_model(declared):
    from skops.io import load

    model = declared.submission.model
    return load(EXAMPLE / model.file, trusted=list(model.trusted_types))


def scores_of(model, rows: pd.DataFrame) -> np.ndarray:
    wanted = np.isin(model.classes_, POSITIVE)
    return model.predict_proba(rows)[:, wanted].sum(axis=1)


def test_preparing_the_published_table_again_gives_the_files_in_the_folder(
    scripts, training, assessed
):
    prepare = scripts["prepare"]
    made_training, made_assessed = prepare.prepare(pd.read_csv(prepare.TABLE))
    pd.testing.assert_frame_equal(made_training, training)
    pd.testing.assert_frame_equal(made_assessed, assessed)
    assert (len(training), len(assessed)) == (10_434, 9_820)


def test_no_person_is_on_both_sides(training, assessed):
    assert not set(training["person"]) & set(assessed["person"])


def test_training_is_2013_and_assessment_is_2014(training, assessed):
    assert set(training["code_presentation"]) == {"2013B", "2013J"}
    assert set(assessed["code_presentation"]) == {"2014B", "2014J"}


def test_who_had_left_by_day_60_is_in_neither_file(scripts, training, assessed):
    table = pd.read_csv(scripts["prepare"].TABLE)
    left = table[table["withdrew_before_day_60"] == 1]
    still_there = scripts["prepare"].enrolled_with_signals(table)
    assert len(left) == 6_232
    assert not still_there.index.intersection(left.index).size
    assert len(still_there) >= len(training) + len(assessed)


def test_marks_are_compared_within_one_run_of_one_course(scripts):
    table = pd.read_csv(scripts["prepare"].TABLE)
    runs = scripts["prepare"].enrolled_with_signals(table)
    spread = runs.groupby(["code_module", "code_presentation"])["mark_shortfall"].agg(
        ["min", "max", "mean"]
    )
    # In every run alike the best mark is at 0, the lowest near 1, and the middle at one half.
    assert spread["min"].between(0, 0.2).all()
    assert spread["max"].between(0.95, 1).all()
    assert spread["mean"].between(0.49, 0.51).all()


def test_the_two_tenths_of_a_deprivation_band_make_a_fifth(scripts):
    table = pd.read_csv(scripts["prepare"].TABLE)
    prepared = scripts["prepare"].enrolled_with_signals(table)
    pairs = prepared.groupby("imd_quintile")["imd_band"].agg(lambda b: sorted(b.dropna().unique()))
    assert pairs["1 (most deprived)"] == ["0-10%", "10-20"]
    assert pairs["5 (least deprived)"] == ["80-90%", "90-100%"]
    assert pairs["unknown"] == []
    assert len(pairs) == 6


def test_the_model_reads_course_work_and_no_protected_characteristic(stored_model, declared):
    read = set(stored_model.named_steps["columns"].feature_names_in_)
    assert read == {"share_not_submitted", "mark_shortfall", "share_late", "banked_scores"}
    assert not read & set(declared.submission.data.protected)
    assert "person" not in read


def test_training_again_gives_a_model_that_behaves_like_the_stored_one(
    scripts, stored_model, training, assessed
):
    again = scripts["train"].fit(training)
    stored, new = scores_of(stored_model, assessed), scores_of(again, assessed)
    # Another version of scikit-learn may grow a tree otherwise; nobody may notice.
    assert np.abs(stored - new).mean() < 0.005
    assert np.mean((stored >= 0.5) != (new >= 0.5)) < 0.01


def test_the_submission_names_the_model_file_that_lies_beside_it(declared):
    digest = hashlib.sha256((EXAMPLE / "model.skops").read_bytes()).hexdigest()
    assert declared.submission.model.sha256 == digest


def test_the_submission_names_the_locked_versions(declared):
    digest = hashlib.sha256((ROOT / "constraints.txt").read_bytes()).hexdigest()
    assert declared.submission.infrastructure.dependencies_lockfile_sha256 == digest


def test_every_column_of_the_data_is_in_an_agreement_in_force(declared, training, assessed):
    covered = {name for a in declared.agreements for name in a.column_names()}
    assert set(assessed.columns) == covered
    assert list(training.columns) == list(assessed.columns)


def test_what_is_invented_says_so(declared):
    assert declared.submission.illustrative
    assert all(agreement.illustrative for agreement in declared.agreements)


def test_the_figures_of_the_readme_are_those_of_the_stored_model(stored_model, assessed):
    happened = assessed["final_result"].isin(POSITIVE)
    score = scores_of(stored_model, assessed)
    rule = assessed["total_shortfall"]
    found = {
        "AUROC": (roc_auc_score(happened, score), roc_auc_score(happened, rule)),
        "average precision": (
            average_precision_score(happened, score),
            average_precision_score(happened, rule),
        ),
    }
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    for measure, (model, simple_rule) in found.items():
        assert f"| {measure} | {model:.3f} | {simple_rule:.3f} |" in readme


def test_the_attribution_names_the_source_and_the_licence():
    text = (EXAMPLE / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert "Kuzilek" in text
    assert "creativecommons.org/licenses/by/4.0" in text


def test_the_data_and_the_model_stay_small():
    files = [p for p in EXAMPLE.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    assert sum(p.stat().st_size for p in files) < 1_500_000
