"""A first submission from nothing but the names of a data file's columns.

Every question stands in the file with a comment that says what is asked and why; what a name
suggests is filled in, and marked as a guess. The files load at once. What only the team can answer
begins with ``ANSWER:`` or is empty, and stays a finding until it is answered; the own-records entry
begins as a draft, so that nothing is covered until somebody adopts it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from essex_standard.submission.fields import PLACEHOLDER
from essex_standard.submission.guesses import (
    ColumnFacts,
    guess_category,
    guess_outcome,
    guess_protected,
    guess_role,
    guess_score,
    words_of,
)

__all__ = ["ColumnFacts", "scaffold"]


def scaffold(data_columns: Sequence[ColumnFacts], *, data_path: str, title: str) -> dict[str, str]:
    """Return the files of a new submission.

    Parameters
    ----------
    data_columns : sequence of ColumnFacts
        The columns of the data, in order; no value of a row is needed.
    data_path : str
        Path of the data as the submission should name it, relative to its folder.
    title : str
        Title of the project.

    Returns
    -------
    dict of str to str
        Text by file name: ``submission.toml`` and ``agreements/own-records.toml``.
    """
    # A column without a usable name cannot be listed, and one listed twice would be refused.
    named = {c.name: c for c in data_columns if c.name.strip() not in {"", "*"}}
    columns = tuple(named.values())
    return {
        "submission.toml": _submission(columns, data_path, title),
        "agreements/own-records.toml": _own_records(columns, title),
    }


def _submission(columns: Sequence[ColumnFacts], data_path: str, title: str) -> str:
    score, outcome = guess_score(columns), guess_outcome(columns)
    if score:
        model = (
            f"# ANSWER: guessed from its name: the column that holds ready scores. If the model "
            f'itself is at\n# hand, replace the line by file = "model.skops".\n'
            f"scores = {_quoted(score)}"
        )
    else:
        model = (
            "# ANSWER: where the fitted model lies (skops is safest). Or instead, one of:\n"
            '#   scores = "column"               a column of ready scores in the data\n'
            '#   callable = "package.module:function"\n'
            'file = "model.skops"'
        )
    answers = {
        "ID": _quoted(_slug(title)),
        "TITLE": _quoted(title),
        "MODEL": model,
        "DATA": _quoted(data_path),
        "OUTCOME": _quoted(outcome),
        "PROTECTED": _list(guess_protected(columns)),
        "COLUMNS": ", ".join(_plain(c.name) for c in columns),
    }
    # In one pass: a title that reads like a mark of ours must not be filled in.
    return re.sub(r"<([A-Z]+)>", lambda mark: answers[mark[1]], _SUBMISSION)


def _own_records(columns: Sequence[ColumnFacts], title: str) -> str:
    score, outcome = guess_score(columns), guess_outcome(columns)
    entries = []
    # A score is made by the model and not held in the records that an agreement covers.
    for column in (c for c in columns if c.name != score):
        category = guess_category(column, outcome=outcome)
        role = guess_role(column, outcome=outcome, score=score)
        entries.append(
            "\n[[dataset.column]]\n"
            f"name = {_quoted(column.name)}\n"
            'description = ""    # ANSWER: what it means, in plain words\n'
            f"categories = {_list([category] if category else [])}    # ANSWER\n"
            f"role = {_quoted(role)}    # ANSWER: a guess\n"
        )
    title = f"Own records for {title}"[:160]
    return _OWN_RECORDS.replace("<TITLE>", _quoted(title)) + "".join(entries)


def _slug(title: str) -> str:
    slug = "-".join(words_of(title))[:63].strip("-")
    return slug if len(slug) >= 2 else "project"


def _plain(text: str) -> str:
    """Return a text that cannot break out of a comment."""
    return re.sub(r"[\x00-\x1f\x7f]", " ", text)


def _quoted(text: str) -> str:
    """Return a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04x}", escaped) + '"'


def _list(items: Sequence[str]) -> str:
    return f"[{', '.join(_quoted(item) for item in items)}]"


_SUBMISSION = """\
# What the team puts before the board. Every line marked ANSWER waits for you; an empty answer is
# told in the report as missing, never guessed. Lines without the mark may stay as they are.
#
# Then:  essex-standard assess . --out report

schema = "essex-submission/1"

# The agreements that the data rest on: files, or a glob.
agreements = ["agreements/*.toml"]

# ANSWER: what the model is used for. Common: "model_development", "model_validation",
# "decision_support", "early_help_offer", "fairness_audit", "publish_aggregates".
uses = ["model_development", "model_validation", "fairness_audit", "publish_aggregates"]

# ANSWER: what a flag brings: "assistive" (an offer of help), "mixed" or "intrusive". It decides
# which errors count as harm.
polarity = ""

# ANSWER: what happens to somebody who is flagged, and to somebody who is not, in plain words.
flag_consequence = ""
no_flag_consequence = ""

# ANSWER: one row is one "person", "child", "household", "family", "event", "area" or "aggregate".
unit = ""

# ANSWER: who exactly is scored (place, age, service), and area codes such as "E10000012".
population = ""
areas = []

# ANSWER: the simple way that the model should beat: "prevalence", "single_rule:COLUMN" or
# "current_practice".
baseline = ""

[project]
id = <ID>
title = <TITLE>
# ANSWER: "idea", "development", "pilot", "live" or "retired".
stage = ""
# ANSWER: "approve_development", "approve_pilot", "approve_live", "approve_change",
# "annual_review" or "advice_only".
decision_asked = ""
# ANSWER: the problem in plain words, and what else was considered (doing nothing included).
problem = ""
alternatives = []

[model]
name = ""        # ANSWER
version = ""     # ANSWER, in quotes
<MODEL>
# ANSWER: the label (or labels) of the outcome that the model predicts, as written in the data.
positive = []
# ANSWER: the day of training, as 2026-09-01 without quotes: take the mark away.
# trained_on = 2026-09-01

[threshold]
# ANSWER: how a score becomes a flag: "score_cutoff" (then value = 0.5), "top_n_capacity" (then
# capacity_per_month = 120), "bands" or "none_ranking_only"; why, and who approved it.
kind = ""
reason = ""
approved_by = ""

[data]
# The columns found: <COLUMNS>
assessed = <DATA>
# ANSWER: the data that the model was trained on, for drift; empty if not at hand.
reference = ""
# ANSWER: guessed from its name: the column that says what happened. Empty: only the shares flagged
# are compared.
outcome = <OUTCOME>
# ANSWER: guessed from their names: the columns by which groups are compared.
protected = <PROTECTED>
# ANSWER: the date of each row; and the column of families or schools, whose rows belong together.
time = ""
cluster = ""
# ANSWER: the span into which those dates are put: "month", "quarter" or "year"; left out, one is
# chosen that holds enough people.
# period = "quarter"
# ANSWER: which columns become known only after the decision, the outcome among them? None: [].
# known_after_decision = ["..."]
# ANSWER: by which columns could somebody who knows a person find their row (age, area, sex, size of
# family)? And what should nobody learn of them by finding it (health, faith, what came of them)?
# quasi_identifiers = ["..."]
# sensitive = ["..."]
# ANSWER: a column that is a good reason for unequal flags? Groups are compared within it too.
# legitimate_factor = "..."
# ANSWER: when each agreement's data set arrived: { own-records = 2026-04-10 }.
received = {}

[owner]
# ANSWER: who answers for this: the organisation, the senior responsible owner's role, the team and
# a public contact.
org = ""
sro_role = ""
team = ""
contact = ""

[panel]
# ANSWER: the board that this goes to.
name = ""

[decision]
# ANSWER: does the decision have a legal or similarly significant effect: "yes", "no", "unsure"?
significant = ""
reason = ""

[decision_owner]
# ANSWER: the role that decides in each case, and whether it can override the model (true or false).
role = ""
org = ""
# can_override = true

[human_review]
# ANSWER: what a person does between score and decision: "none", "nominal" or "meaningful".
kind = ""
when = ""
who = ""
sees = []

[dpia]
# ANSWER: reference of the data protection impact assessment, and who signed it.
ref = ""
signed_by_role = ""

[transparency]
# ANSWER: where people are told.
privacy_notice = ""
public_page = ""

[appeal]
# ANSWER: how somebody contests a decision.
route = ""
who_decides = ""

[label]
# ANSWER: what the outcome really records: often a decision of a service and not what happened.
what_it_really_measures = ""
known_bias = ""
# ANSWER: months until an outcome is known; until then performance in use is not assessed yet.
# lag_months = 6

# ANSWER: from the pilot on, the figure at which a named role stops the model. 'monitor' works it
# out on every batch: a measure of the Standard by its name, over the months of the window.
# [[stop_criteria]]
# measure = "average_precision"
# comparator = "<"
# value = 0.50
# window = "P3M"
# who_stops = "Director of the service"
# within_days = 5

# ANSWER: days on which the records changed for a known reason: a new form, a lockdown, a law. They
# are drawn on every chart over time.
# [[known_break]]
# on = 2020-03-23
# what = "First lockdown: referrals from schools stopped"
"""

_OWN_RECORDS = f"""\
# The organisation's own records, used without a partner. If the data come from a partner, use a
# single_agreement in place of this entry. It stays a draft, and covers nothing, until the status is
# "signed": that is, adopted by the role that answers for it.

schema = "essex-dsa/1"
id = "own-records"
version = "0.1"
title = <TITLE>
layer = "own_records"
status = "draft"          # ANSWER: "signed" once every line below is true
contact = "{PLACEHOLDER} role and mailbox for questions"

[purpose]
statement = "{PLACEHOLDER} the aim for which these records are used, in one full sentence."
benefits = ""             # ANSWER: what gets better, and for whom
necessity = ""            # ANSWER: why personal data, and why less would not do
# ANSWER: take out what is not meant.
permitted_uses = ["model_development", "model_validation", "fairness_audit", "publish_aggregates"]
polarity = ""             # ANSWER: "assistive", "mixed" or "intrusive"
automated_decisions = ""  # ANSWER: "prohibited", "human_required", "permitted_with_safeguards"
data_subjects = []        # ANSWER: such as "child", "parent_carer", "resident_adult"
population = ""           # ANSWER: who is in scope

[dates]
# ANSWER: the dates below are placeholders, long past on purpose.
start = 2000-01-01
end = 2000-12-31
review = 2000-12-31

[[party]]
id = "controller"
name = ""                 # ANSWER: legal name of the organisation
role = "controller"
org_type = ""             # ANSWER: such as "local_authority", "university"
# public_authority = true # ANSWER
dpo = ""                  # ANSWER: mailbox of the data protection officer
ico_registration = ""     # ANSWER

[[legal]]
party = "controller"
# ANSWER: the basis for each thing done with the data; add rows where it differs.
activity = ["develop_model", "validate_model", "fairness_audit", "publish_aggregates"]
regime = "uk_gdpr"
art6 = ""                 # ANSWER: such as "6_1_e" (public task)
underlying_law = []       # ANSWER: the law that lays down the task
art9 = []                 # ANSWER: needed for special-category columns
sch1 = []

[retention]
period = "P1Y"            # ANSWER: how long: P1Y, P18M
starts = ""               # ANSWER: "receipt", "last_event", "agreement_end", "case_closure"
disposal = ""             # ANSWER: "destroy_certified", "destroy", "return", "anonymise"

[outputs]
min_cell = 10
rounding_base = 5
release = "internal_panel"

[rights]
privacy_notice = ""       # ANSWER: address of the notice
contact = ""              # ANSWER: where requests and objections go
complaints = ""           # ANSWER

[security]
controls = []             # ANSWER: such as "encrypted_rest", "role_based_access", "mfa"
incident_contact = ""     # ANSWER

[assurance]
dpia_ref = ""             # ANSWER

[[dataset]]
id = "own-records"
name = "Own records"
collected_for = ""        # ANSWER: why first collected; "this_purpose" if for this
description = ""          # ANSWER
unit = ""                 # ANSWER
refresh = ""              # ANSWER: such as "annual", "monthly", "once"
pseudonymisation = ""     # ANSWER: such as "identified", "pseudonymised_third_party_key"
"""
