"""Which columns look as if they told of something sensitive: by their name, and by their values.

Recognised are the special categories of Article 9, criminal offences (Article 10), what is
sensitive in this field without being either, what says who somebody is, and data on children. A
name is read word by word; values count where half of those in a column, and at least two different
ones, are of one kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from essex_standard.submission import vocabularies as v
from essex_standard.submission.guesses import words_of

CHILDREN: Literal["children"] = "children"

Kind = str
"""A category of the schema, or `CHILDREN`."""

WORDS: Mapping[Kind, str] = MappingProxyType(
    {
        "racial_ethnic": "racial or ethnic origin",
        "political": "political opinions",
        "religion_belief": "religion or belief",
        "trade_union": "trade union membership",
        "genetic": "genetic data",
        "biometric_id": "biometric data",
        "health": "health",
        "sex_life": "sex life",
        "sexual_orientation": "sexual orientation",
        "disability": "disability",
        "criminal_conviction": "criminal offences",
        "criminal_allegation": "alleged offences",
        "immigration": "immigration status",
        "domestic_abuse": "domestic abuse",
        "gender_reassignment": "gender reassignment",
        "care_status": "care status",
        "identifier_direct": "who somebody is",
        "date_of_birth": "dates of birth",
        CHILDREN: "children",
    }
)
"""How a sentence names each kind: data on ..."""

_NAMES: Mapping[Kind, str] = MappingProxyType(
    {
        "racial_ethnic": r"ethnic\w*|race|racial\w*|ancestry",
        "political": r"politic\w*|voting intention",
        "religion_belief": r"relig\w*|faith|beliefs?",
        "trade_union": r"(trade )?union(ised)? member(ship)?|trade ?unions?",
        "genetic": r"genetics?|genom\w*|dna (test|profile|sample)s?",
        "biometric_id": r"biometric\w*|fingerprints?|face ?id",
        "health": r"health|mental|medical\w*|diagnos\w*|icd ?(9|10|11)?|medications?|prescri\w*"
        r"|pregnan\w*|matern\w*|illness\w*|diseases?|substance (mis)?use|alcohol\w*|drugs?"
        r"|self ?harm|camhs|hospital\w*|gp|bmi|depress\w*|anxiety|asthma|autis\w*|adhd",
        "sex_life": r"sex life|sexual (history|activity|health)",
        "sexual_orientation": r"(sexual )?orientation|sexuality|lgbt\w*",
        "disability": r"disab\w*|ehcp|wheelchair|send? (status|needs?|support|type|provision|plan)"
        r"|^send?$",
        "criminal_conviction": r"convict\w*|offen[cd]\w*|crim(e|es|inal\w*)|sentenced"
        r"|custodial sentences?|probation|prison\w*",
        "criminal_allegation": r"alleg(ed|ations?)|arrest\w*|suspects?|police",
        "immigration": r"immigra\w*|asylum|visa|nrpf|refugee\w*",
        "domestic_abuse": r"domestic (abuse|violence)|marac",
        "gender_reassignment": r"trans(gender)?|gender (reassignment|identity)",
        "care_status": r"looked after|in care|lac|cla|uasc|care leaver|child protection",
        "identifier_direct": r"(sur|fore|first|last|full|middle|maiden|family)[ _]?name|nhs( number"
        r"| no)?|passport|national insurance|nino|driving licence|e ?mail|phone|telephone|mobile"
        r"|address|upn|uprn",
        "date_of_birth": r"dob|d o b|date of birth|birth ?date|birthday",
        CHILDREN: r"child\w*|pupils?|school\w*|nursery|infants?|bab(y|ies)|key stage",
    }
)
_PATTERNS = {kind: re.compile(rf"(?:^|\b)(?:{form})(?:$|\b)") for kind, form in _NAMES.items()}


def _among(words: str) -> frozenset[str]:
    return frozenset(words.split("|"))


_VALUES: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {
        # The Office for National Statistics' groups; "White" or "Black" alone is also a colour.
        "racial_ethnic": _among(
            "white british|white irish|white other|any other white background|black african|"
            "black caribbean|black british|african|caribbean|asian|asian british|indian|pakistani|"
            "bangladeshi|chinese|arab|gypsy|gypsy or irish traveller|irish traveller|roma|"
            "white and black caribbean|white and black african|white and asian|"
            "mixed or multiple ethnic groups|black or black british|"
            "asian or asian british"
        ),
        "religion_belief": _among(
            "christian|muslim|hindu|sikh|jewish|buddhist|no religion|islam|christianity|hinduism|"
            "catholic|church of england"
        ),
        "sexual_orientation": _among(
            "heterosexual|heterosexual or straight|straight|gay|lesbian|gay or lesbian|"
            "bisexual"
        ),
        "health": _among(
            "asthma|diabetes|depression|anxiety|autism|adhd|epilepsy|schizophrenia|cancer|dementia|"
            "bipolar|bipolar disorder|anorexia|self harm|hiv|eczema|psychosis|pregnant"
        ),
        "disability": _among(
            "hearing impairment|visual impairment|physical disability|learning disability|"
            "multi sensory impairment|severe learning difficulty|moderate learning difficulty|"
            "specific learning difficulty|autistic spectrum disorder"
        ),
        "criminal_conviction": _among(
            "burglary|theft|assault|robbery|arson|shoplifting|criminal damage|public order|fraud|"
            "violence against the person|drug offences|sexual offences|possession of weapons|"
            "vehicle offences|common assault"
        ),
        "immigration": _among(
            "asylum seeker|refugee|no recourse to public funds|indefinite leave to remain|"
            "limited leave to remain|humanitarian protection|undocumented"
        ),
        "political": _among(
            "conservative|labour|liberal democrat|liberal democrats|green party|reform uk|"
            "plaid cymru|snp"
        ),
    }
)  # fmt: skip

_BESIDE: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {"racial_ethnic": _among("white|black|mixed|other|any other")}
)
"""Words that are of the kind only beside others that surely are."""

_CODE = re.compile(r"[A-TV-Z][0-9]{2}(?:\.[0-9A-Z]{1,4})?")
"""A diagnosis in ICD-10: a letter, two digits, and mostly a point and more."""

HALF = 0.5
FEWEST_ROWS = 10
FEWEST_VALUES = 2
LONGEST_LABEL = 80
"""A longer one is a text and no word for a kind."""


def kinds_by_name(column: str) -> tuple[Kind, ...]:
    """Return what a column's name says it tells of; several where it says several.

    Examples
    --------
    >>> kinds_by_name("motherEthnicity")
    ('racial_ethnic',)
    >>> kinds_by_name("send_date")
    ()
    """
    spoken = " ".join(words_of(column))
    return tuple(kind for kind, form in _PATTERNS.items() if form.search(spoken))


def kind_by_values(labels: Mapping[str, int]) -> Kind | None:
    """Return what a column's labels tell of, or None.

    Parameters
    ----------
    labels : mapping of str to int
        Rows by label.
    """
    rows = sum(labels.values())
    short = {label: n for label, n in labels.items() if len(label) <= LONGEST_LABEL}
    plain = {label: _plain(label) for label in short}
    for kind, words in _VALUES.items():
        found = {label: n for label, n in short.items() if plain[label] & words}
        beside = _BESIDE.get(kind, frozenset()) if found else frozenset()
        found |= {label: n for label, n in short.items() if plain[label] & beside}
        if _enough(found, rows):
            return kind
    coded = {label: n for label, n in short.items() if _CODE.fullmatch(label.strip().upper())}
    if _enough(coded, rows) and any("." in label for label in coded):
        return "health"
    return None


def same_family(kind: Kind, declared: frozenset[str]) -> bool:
    """Return whether a declared category is as strict as the kind recognised."""
    for family in (v.SPECIAL, v.CRIMINAL):
        if kind in family:
            return bool(family & declared)
    if kind in {"identifier_direct", "date_of_birth"}:
        return kind in declared
    return kind in declared or bool((v.SPECIAL | v.CRIMINAL) & declared)


def _enough(found: Mapping[str, int], rows: int) -> bool:
    n = sum(found.values())
    return len(found) >= FEWEST_VALUES and n >= FEWEST_ROWS and n >= HALF * rows


def _plain(label: str) -> set[str]:
    """Return a label in small letters, whole and in its parts: *White: British* is both."""
    text = label.lower().replace("&", " and ").replace("/", " or ")
    parts = [re.sub(r"[^a-z ]+", " ", p) for p in (text, *re.split(r"[:,;()\-–|]", text))]
    return {" ".join(p.split()) for p in parts}
