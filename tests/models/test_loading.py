"""Models load from data without running what nobody declared."""

import hashlib
import pickle
import sys
import zipfile

import joblib
import numpy as np
import pytest
import skops.io
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from essex_standard.errors import ModelError
from essex_standard.models.loading import load_callable, load_model
from essex_standard.models.risk_model import RiskModel

X = np.random.default_rng(0).normal(size=(60, 2))
Y = (X[:, 0] > 0).astype(int)
TREE = "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"


class Bomb:
    """A pickle of this object leaves a file behind when it is opened."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return (open, (self.path, "w"))


def test_a_skops_model_loads_with_the_digest_of_its_bytes(tmp_path):
    file = tmp_path / "model.skops"
    skops.io.dump(LogisticRegression().fit(X, Y), file)
    loaded = load_model(file)
    assert len(RiskModel.of(loaded.model).scores(X)) == 60
    assert loaded.file_digest == "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    assert loaded.trusted == ()
    assert loaded.told == ()


def test_types_that_are_not_trusted_are_all_listed_with_the_line_to_write(tmp_path):
    file = tmp_path / "model.skops"
    skops.io.dump(HistGradientBoostingClassifier(max_iter=2).fit(X, Y), file)
    with pytest.raises(ModelError) as error:
        load_model(file)
    needed = skops.io.get_untrusted_types(file=file)
    assert TREE in needed
    assert all(name in str(error.value) for name in needed)
    assert "trusted_types = [" in str(error.value)
    loaded = load_model(file, trusted_types=[*needed, "nowhere.Else"])
    assert set(loaded.trusted) == set(needed)
    assert loaded.told == ("Listed as trusted and not in the model file: nowhere.Else.",)


@pytest.mark.parametrize("suffix", [".pkl", ".pickle", ".joblib", ".PKL"])
def test_a_pickle_is_not_opened_without_the_callers_word(tmp_path, suffix):
    file = tmp_path / f"model{suffix}"
    file.write_bytes(pickle.dumps(Bomb(tmp_path / "exploded")))
    with pytest.raises(ModelError, match="--trust-pickle") as error:
        load_model(file)
    assert "skops" in str(error.value)
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("dump", [joblib.dump, lambda m, f: f.write_bytes(pickle.dumps(m))])
def test_a_trusted_pickle_loads_and_is_told(tmp_path, dump):
    file = tmp_path / "model.pkl"
    dump(LogisticRegression().fit(X, Y), file)
    loaded = load_model(file, trust_pickle=True)
    assert loaded.model.classes_.tolist() == [0, 1]
    assert "is a pickle" in loaded.told[0]


@pytest.mark.parametrize("name", ["model.onnx", "model", "model.py"])
def test_an_unknown_kind_of_file_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ModelError, match="not a kind of model file"):
        load_model(tmp_path / name)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"nothing\.skops: the model file cannot be read"):
        load_model(tmp_path / "nothing.skops")


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 broken"])
@pytest.mark.parametrize("suffix", [".skops", ".pkl"])
def test_a_damaged_file_is_refused(tmp_path, suffix, content):
    file = tmp_path / f"model{suffix}"
    file.write_bytes(content)
    with pytest.raises(ModelError, match="damaged"):
        load_model(file, trust_pickle=True)


def test_a_zip_without_a_schema_is_refused(tmp_path):
    file = tmp_path / "model.skops"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(ModelError, match="damaged"):
        load_model(file)


def test_a_model_of_another_version_is_told(tmp_path):
    model = LogisticRegression().fit(X, Y)
    current = model.__getstate__()["_sklearn_version"]
    content = pickle.dumps(model)
    # The same length, so that the pickle stays whole.
    older = current[:-1] + ("0" if current[-1] != "0" else "9")
    assert content.count(current.encode()) == 1
    (tmp_path / "model.pkl").write_bytes(content.replace(current.encode(), older.encode()))
    told = load_model(tmp_path / "model.pkl", trust_pickle=True).told
    assert any(f"saved with scikit-learn {older} and is assessed with {current}" in t for t in told)


def test_a_pickle_of_a_module_that_is_not_here_names_it(tmp_path):
    (tmp_path / "model.pkl").write_bytes(b"cno_such_library\nThing\n.")
    with pytest.raises(ModelError, match="needs the module 'no_such_library'"):
        load_model(tmp_path / "model.pkl", trust_pickle=True)


@pytest.fixture
def folder(tmp_path):
    before, path = set(sys.modules), list(sys.path)
    yield tmp_path
    assert sys.path == path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_function_is_found_beside_the_submission(folder):
    (folder / "pack").mkdir()
    (folder / "pack" / "__init__.py").write_text("")
    (folder / "pack" / "rule.py").write_text("def score(X):\n    return X[:, 0] * 0 + 0.5\n")
    loaded = load_callable("pack.rule:score", folder)
    assert RiskModel.of(loaded.model).scores(X).tolist() == [0.5] * 60
    source = (folder / "pack" / "rule.py").read_bytes()
    assert loaded.file_digest == "sha256:" + hashlib.sha256(source).hexdigest()


@pytest.mark.parametrize("name", ["score", "rule:", ":score", "ru le:score", "../rule:score"])
def test_a_name_of_another_form_is_refused(folder, name):
    with pytest.raises(ModelError, match=r"package\.module:function"):
        load_callable(name, folder)


def test_a_module_or_function_that_is_not_there_is_named(folder):
    (folder / "essex_rule_a.py").write_text("def score(X):\n    return X\nnumber = 3\n")
    with pytest.raises(ModelError, match="'essex_rule_none' cannot be imported"):
        load_callable("essex_rule_none:score", folder)
    with pytest.raises(ModelError, match="Did you mean 'score'"):
        load_callable("essex_rule_a:scores", folder)
    with pytest.raises(ModelError, match="is int, which cannot score"):
        load_callable("essex_rule_a:number", folder)


@pytest.mark.parametrize(
    ("source", "said"),
    [("def score(:\n", r"SyntaxError, line 1"), ("1 / 0\n", "ZeroDivisionError")],
)
def test_a_module_that_does_not_run_is_an_error_of_ours(folder, source, said):
    (folder / "essex_rule_b.py").write_text(source)
    with pytest.raises(ModelError, match=f"cannot be run .{said}"):
        load_callable("essex_rule_b:score", folder)


def test_a_module_of_the_same_name_from_elsewhere_is_not_run_in_its_place(folder):
    for name in ("one", "two"):
        (folder / name).mkdir()
        (folder / name / "essex_rule_c.py").write_text(f"def score(X):\n    return '{name}'\n")
    assert load_callable("essex_rule_c:score", folder / "one").model(X) == "one"
    with pytest.raises(ModelError, match="another module called 'essex_rule_c'"):
        load_callable("essex_rule_c:score", folder / "two")
    assert load_callable("essex_rule_c:score", folder / "one").model(X) == "one"
