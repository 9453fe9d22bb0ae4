"""Scores in one way: by name of class, by decision function, by function."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

from essex_standard.errors import DataError, ModelError
from essex_standard.models.risk_model import RiskModel

RESULTS = np.array(["Distinction", "Fail", "Pass", "Withdrawn"])


@pytest.fixture(scope="module")
def students():
    rng = np.random.default_rng(7)
    rows = pd.DataFrame({"clicks": rng.normal(size=400), "region": rng.choice(["N", "S"], 400)})
    y = RESULTS[np.clip((rows["clicks"] + rng.normal(size=400)).round() + 1, 0, 3).astype(int)]
    return rows, y


def pipeline(last=None):
    columns = ColumnTransformer(
        [("n", StandardScaler(), ["clicks"]), ("c", OneHotEncoder(), ["region"])]
    )
    return make_pipeline(columns, last or LogisticRegression())


def test_probabilities_of_several_positive_labels_are_summed_by_name(students):
    rows, y = students
    model = pipeline().fit(rows, y)
    risk = RiskModel.of(model, positive=["Withdrawn", "Fail"])
    table = pd.DataFrame(model.predict_proba(rows), columns=model.classes_)
    assert risk.scores(rows) == pytest.approx((table["Fail"] + table["Withdrawn"]).to_numpy())
    assert risk.score_kind == "probability"
    assert risk.positive == ("Fail", "Withdrawn")


@pytest.mark.parametrize("negative", ["no", "zz"])  # sorted before "yes", and after it
def test_the_positive_class_is_found_wherever_it_stands(students, negative):
    rows, _ = students
    positive = (rows["clicks"] > 0).to_numpy()
    model = pipeline().fit(rows, np.where(positive, "yes", negative))
    scores = RiskModel.of(model, positive="yes").scores(rows)
    assert scores[positive].mean() > 0.7
    assert scores[~positive].mean() < 0.3


@pytest.mark.parametrize("dtype", [int, bool, float])
def test_one_and_true_are_positive_without_being_named(students, dtype):
    rows, _ = students
    y = (rows["clicks"] > 0).to_numpy().astype(dtype)
    scores = RiskModel.of(pipeline().fit(rows, y)).scores(rows)
    assert scores[y == 1].mean() > 0.7
    assert scores[y == 0].mean() < 0.3


def test_other_classes_must_be_named_and_the_message_lists_them(students):
    rows, y = students
    with pytest.raises(ModelError, match=r"'Distinction', 'Fail', 'Pass', 'Withdrawn'.*Name it"):
        RiskModel.of(pipeline().fit(rows, y))


def test_text_classes_zero_and_one_are_not_taken_for_numbers(students):
    rows, _ = students
    y = np.where(rows["clicks"] > 0, "1", "0")
    with pytest.raises(ModelError, match="not said which"):
        RiskModel.of(pipeline().fit(rows, y))


def test_a_label_written_as_text_finds_the_number_that_reads_the_same(students):
    rows, _ = students
    y = np.where(rows["clicks"] > 0, 7, 3)
    assert RiskModel.of(pipeline().fit(rows, y), positive="7").positive == ("7",)


def test_every_missing_positive_label_is_named_with_its_nearest(students):
    rows, y = students
    with pytest.raises(ModelError) as error:
        RiskModel.of(pipeline().fit(rows, y), positive=["Withdrawal", "Failed", "Pass"])
    assert len(error.value.problems) == 2
    assert "Did you mean 'Withdrawn'?" in str(error.value)
    assert "Did you mean 'Fail'?" in str(error.value)


def test_naming_every_class_positive_is_refused(students):
    rows, y = students
    with pytest.raises(ModelError, match="every class"):
        RiskModel.of(pipeline().fit(rows, y), positive=list(RESULTS))


def test_a_decision_function_is_unbounded_and_turned_towards_the_positive(students):
    rows, _ = students
    y = np.where(rows["clicks"] > 0, "in need", "well")  # "in need" is classes_[0]
    model = pipeline(LinearSVC()).fit(rows, y)
    risk = RiskModel.of(model, positive="in need")
    assert risk.score_kind == "unbounded"
    assert risk.scores(rows) == pytest.approx(-model.decision_function(rows))
    assert RiskModel.of(model, positive="well").scores(rows) == pytest.approx(
        model.decision_function(rows)
    )


def test_a_decision_function_of_several_classes_is_refused(students):
    rows, y = students
    with pytest.raises(ModelError, match="4 classes"):
        RiskModel.of(pipeline(LinearSVC()).fit(rows, y), positive="Fail")


def test_an_outlier_detector_does_not_say_which_way_is_positive(students):
    rows, _ = students
    with pytest.raises(ModelError, match="no classes_"):
        RiskModel.of(IsolationForest(n_estimators=5).fit(rows[["clicks"]]))


def test_a_plain_function_is_scored_as_it_is(students):
    rows, _ = students
    risk = RiskModel.of(lambda frame: frame["clicks"] * 3, score_kind="unbounded")
    assert risk.how == "callable"
    assert risk.scores(rows) == pytest.approx(rows["clicks"].to_numpy() * 3)


def test_a_function_that_returns_two_columns_is_told_what_to_return(students):
    rows, _ = students
    with pytest.raises(DataError, match=r"2 columns came back.*one score a row"):
        RiskModel.of(lambda frame: np.zeros((len(frame), 2))).scores(rows)


def test_a_function_that_reorders_its_rows_is_refused(students):
    rows, _ = students
    risk = RiskModel.of(lambda frame: frame["clicks"].sort_values(), score_kind="unbounded")
    with pytest.raises(DataError, match="another index"):
        risk.scores(rows)


def test_a_function_whose_scores_leave_zero_to_one_is_no_probability(students):
    rows, _ = students
    with pytest.raises(DataError, match="lie outside 0 to 1"):
        RiskModel.of(lambda frame: frame["clicks"]).scores(rows)


def test_missing_columns_are_named_all_at_once(students):
    rows, _ = students
    model = pipeline().fit(rows, rows["clicks"] > 0)
    with pytest.raises(ModelError) as error:
        RiskModel.of(model).scores(rows.rename(columns={"clicks": "click", "region": "area"}))
    assert "'clicks'" in str(error.value)
    assert "Did you mean 'click'?" in str(error.value)
    assert "'region'" in str(error.value)


def test_columns_beside_those_of_training_and_their_order_make_no_difference(students):
    rows, _ = students
    model = LogisticRegression().fit(rows.assign(more=1.0)[["clicks", "more"]], rows["clicks"] > 0)
    wider = rows.assign(more=1.0, outcome=0)[["outcome", "more", "region", "clicks"]]
    assert RiskModel.of(model).scores(wider) == pytest.approx(
        model.predict_proba(rows.assign(more=1.0)[["clicks", "more"]])[:, 1]
    )


def test_a_column_that_stands_twice_is_refused(students):
    rows, _ = students
    model = pipeline().fit(rows, rows["clicks"] > 0)
    twice = pd.concat([rows, rows[["clicks"]]], axis=1)
    with pytest.raises(ModelError, match="'clicks' stands in the data more than once"):
        RiskModel.of(model).scores(twice)


def test_a_model_of_arrays_takes_a_frame_of_as_many_columns_only():
    array = np.random.default_rng(0).normal(size=(60, 2))
    model = LogisticRegression().fit(array, array[:, 0] > 0)
    frame = pd.DataFrame(array, columns=["a", "b"])
    assert RiskModel.of(model).scores(frame) == pytest.approx(model.predict_proba(array)[:, 1])
    with pytest.raises(ModelError, match="fitted on 2 columns without names"):
        RiskModel.of(model).scores(frame.assign(c=1))


def test_a_text_pipeline_scores_rows_and_not_column_names():
    notes = pd.DataFrame({"note": ["late again", "doing well"] * 20})
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(notes["note"], [1, 0] * 20)
    scores = RiskModel.of(model).scores(notes)
    assert len(scores) == 40
    assert scores[0] > 0.5 > scores[1]
    with pytest.raises(ModelError, match="one column of texts"):
        RiskModel.of(model).scores(notes.assign(other=1))


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        pipeline(),
        GridSearchCV(LogisticRegression(), {}),
        RandomForestClassifier(),
    ],
    ids=lambda m: type(m).__name__,
)
def test_a_model_that_is_not_fitted_is_refused(model):
    with pytest.raises(ModelError, match="not fitted"):
        RiskModel.of(model)


def test_a_pipeline_with_one_unfitted_step_is_refused_when_it_scores():
    array = np.random.default_rng(0).normal(size=(60, 2))
    half = make_pipeline(StandardScaler(), LogisticRegression().fit(array, array[:, 0] > 0))
    with pytest.raises(ModelError, match="not fitted"):
        RiskModel.of(half).scores(array)


def test_a_home_made_classifier_without_the_customary_attributes_is_accepted():
    class Rule(ClassifierMixin, BaseEstimator):
        classes_ = np.array([False, True])

        def predict_proba(self, rows):
            return np.c_[1 - rows[:, 0], rows[:, 0]]

    assert RiskModel.of(Rule()).scores(np.array([[0.2], [0.7]])).tolist() == [0.2, 0.7]


def test_a_regressor_is_told_to_give_its_predict_method():
    model = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
    with pytest.raises(ModelError, match="its predict method"):
        RiskModel.of(model)
    assert RiskModel.of(model.predict).scores(np.array([[0.5]])).tolist() == pytest.approx([0.5])


def test_a_search_that_kept_no_model_is_refused():
    array = np.random.default_rng(0).normal(size=(60, 2))
    search = GridSearchCV(LogisticRegression(), {"C": [1, 2]}, refit=False).fit(
        array, array[:, 0] > 0
    )
    with pytest.raises(ModelError, match="refit=False"):
        RiskModel.of(search)


def test_a_class_is_no_model():
    with pytest.raises(ModelError, match="is a class"):
        RiskModel.of(LogisticRegression)


def test_no_value_of_a_row_reaches_the_message_when_scoring_fails(students):
    rows, _ = students
    model = pipeline().fit(rows, rows["clicks"] > 0)
    with pytest.raises(ModelError) as error:
        RiskModel.of(model).scores(rows.assign(region="Canvey Island"))
    assert "Canvey" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


def test_the_repr_holds_no_data(students):
    rows, y = students
    text = repr(RiskModel.of(pipeline().fit(rows, y), positive="Fail"))
    assert "ColumnTransformer" not in text
    assert "name='Pipeline ending in LogisticRegression'" in text


def test_a_risk_model_stays_what_it_is():
    risk = RiskModel.of(lambda rows: rows, score_kind="unbounded")
    assert RiskModel.of(risk) is risk


def test_an_unknown_kind_of_score_is_refused():
    with pytest.raises(DataError, match="'odds' is not a kind of score"):
        RiskModel.of(lambda rows: rows, score_kind="odds")
