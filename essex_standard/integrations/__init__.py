"""Where other people's tools meet an assessment: scikit-learn's estimators."""
