"""What names a person inside a text, and how each kind of it is told from ordinary words.

A kind is searched for by its form. What has a check digit must pass it; what has no form of its own
(a passport's nine digits, a date of birth) counts only after a word that says what it is. A number
whose check digit one in eleven others would pass is *certain* where it is written in its usual
groups or after such a word, else *possible*.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

from essex_standard.evidence.identifiers import POSTCODE, RECOGNISERS

NEAR = 40
"""Characters before a number in which a word may say what it is."""

_SEPARATORS = re.compile(r"[\s\-()]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of identifier inside a text.

    Attributes
    ----------
    words : str
        Names it in a sentence, many of it.
    form : str
        Regular expression that RE2 and Python both read.
    check : callable, optional
        A second test of what has the form, without spaces, hyphens and brackets.
    near : str
        Words of which one must stand shortly before; with `chance`, words that make it certain.
    written : str
        Form in which it is certain without such a word.
    unlikely : str
        Beginnings that are none unless something else speaks for them.
    chance : float
        Share of other numbers of that form that pass the check.
    is_number : bool
        It must not be a part of a longer number.
    points_to_one : bool
        It leads to one person by itself, as a number does and a name does not.
    of_offices : bool
        Offices have one too, and put it under every letter.
    """

    words: str
    form: str
    check: Callable[[str], bool] | None = None
    near: str = ""
    written: str = ""
    unlikely: str = ""
    chance: float = 0.0
    is_number: bool = True
    points_to_one: bool = True
    of_offices: bool = False
    pattern: re.Pattern[str] = field(init=False, repr=False)
    clue: re.Pattern[str] | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(self.form, re.ASCII))
        clue = re.compile(rf"\b(?:{self.near})", re.IGNORECASE) if self.near else None
        object.__setattr__(self, "clue", clue)

    def find(self, text: str, *, whole_too: bool = True) -> str:
        """Return ``certain``, ``possible`` (its check failed or passed by itself), or nothing.

        Returns
        -------
        str
            ``certain``; ``passing`` or ``failing`` for a number that nothing but its check digit
            speaks for; empty where there is none.
        """
        best = ""
        for match in self.pattern.finditer(text):
            if not whole_too and len(match[0]) == len(text.strip()):
                continue
            if self.is_number and not _stands_alone(text, *match.span()):
                continue
            found = self._judge(text, match)
            if found == "certain":
                return found
            best = found if found == "passing" else best or found
        return best

    def values(self, text: str) -> set[str]:
        """Return what stands in a text for certain, in small letters and without separators."""
        return {
            _SEPARATORS.sub("", match[0]).lower()
            for match in self.pattern.finditer(text)
            if not (self.is_number and not _stands_alone(text, *match.span()))
            and self._judge(text, match) == "certain"
        }

    def _judge(self, text: str, match: re.Match[str]) -> str:
        compact = _SEPARATORS.sub("", match[0]).upper()
        passes = self.check is None or self.check(compact)
        before = text[max(0, match.start() - NEAR) : match.start()]
        told = self.clue is not None and self.clue.search(before) is not None
        if not self.chance:
            return "certain" if passes and (told or self.clue is None) else ""
        written = bool(self.written) and re.fullmatch(self.written, match[0]) is not None
        if passes and (told or written):
            return "certain"
        # A word says that it is one, and its digits say that it is not: no evidence either way.
        if told or written or (self.unlikely and re.match(self.unlikely, compact)):
            return ""
        return "passing" if passes else "failing"


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether digits are no part of an amount, a decimal, a date or a longer number."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:] in "£$€#" and before:
        return False
    if before[-1:] in tuple(".,/-:+") and before[:1].isdigit() and len(before) == 2:
        return False
    return not (after[:1] in tuple(".,/-:") and after[1:].isdigit())


def _fits(name: str, value: str) -> bool:
    recogniser = RECOGNISERS[name]
    if re.fullmatch(recogniser.form, value) is None:
        return False
    return recogniser.check is None or recogniser.check(value)


def _upn(value: str) -> bool:
    return _fits("unique_pupil_number", value)


def _driving_licence(value: str) -> bool:
    """Return whether month, day and surname are possible (DVLA: women's months are 51 to 62)."""
    if re.fullmatch(r"[A-Z]{1,5}9{0,4}", value[:5]) is None:
        return False
    month, day = int(value[6:8]), int(value[8:10])
    return 1 <= (month - 50 if month > 50 else month) <= 12 and 1 <= day <= 31


_UPN = "A-HJ-NP-RT-Za-hj-np-rt-z"
_AUTHORITY = "(?:20[1-9]|21[0-3]|3[0-9]{2}|420|8[0-9]{2}|9[0-4][0-9])"
_TITLES = "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Rev|Revd|Reverend|Cllr|Councillor"
_STREETS = (
    "Road|Rd|Street|St|Avenue|Ave|Close|Lane|Ln|Drive|Way|Court|Crescent|Cres|Gardens|Gdns|Grove|"
    "Place|Terrace|Hill|Walk|Square|Mews|Row|Green|Parade|Rise"
)
_MONTHS = "(?:[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec)"
_DATE = (
    rf"(?:[0-9]{{1,2}}[/. \-](?:[0-9]{{1,2}}|{_MONTHS}[a-z]*)[/. \-](?:19|20)?[0-9]{{2}}"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTHS}[a-z]*,? (?:19|20)?[0-9]{{2}}"
    r"|(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})"
)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "nhs_number": Kind(
            words=RECOGNISERS["nhs_number"].words,
            form=r"\b[34679][0-9]{2}[ \-]?[0-9]{3}[ \-]?[0-9]{4}\b",
            check=partial(_fits, "nhs_number"),
            near=r"nhs\b",
            written=r"[0-9]{3}([ \-])[0-9]{3}\1[0-9]{4}",
            # Numbers that begin with 9 are issued for tests only.
            unlikely="9|3[01]",
            chance=RECOGNISERS["nhs_number"].chance,
        ),
        "unique_pupil_number": Kind(
            words=RECOGNISERS["unique_pupil_number"].words,
            # Letter, authority, school, year of issue (from 1997) and serial number.
            form=rf"\b[{_UPN}]{_AUTHORITY}[1-9][0-9]{{3}}(?:9[7-9]|[0-4][0-9])[0-9]{{2}}[0-9{_UPN}]\b",
            check=_upn,
            near=r"upn\b|pupil",
            chance=RECOGNISERS["unique_pupil_number"].chance,
        ),
        "national_insurance_number": Kind(
            words=RECOGNISERS["national_insurance_number"].words,
            # In capitals: "is 12 34 56 a" is ordinary prose.
            form=r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b",
            check=partial(_fits, "national_insurance_number"),
        ),
        "passport_number": Kind(
            words="passport numbers", form=r"\b(?:[A-Z][0-9]{8}|[0-9]{9})\b", near="passport"
        ),
        "driving_licence_number": Kind(
            words="driving licence numbers",
            form=r"\b[A-Z]{1,5}9{0,4}[ \-]?[0-9][0156][0-9][0-3][0-9][0-9]"
            r"[ \-]?[A-Z][A-Z9][0-9][ \-]?[A-Z]{2}\b",
            check=_driving_licence,
        ),
        "email": Kind(
            words=RECOGNISERS["email"].words,
            form=r"[A-Za-z0-9._%+'\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}\b",
            is_number=False,
            of_offices=True,
        ),
        "telephone": Kind(
            words=RECOGNISERS["telephone"].words,
            form=r"(?:(?:\+44|\b0044) ?(?:\(0\) ?)?|\(0|\b0)[0-9]{2,4}\)?[ \-]?[0-9]{3,4}"
            r"[ \-]?[0-9]{3,4}\b",
            check=partial(_fits, "telephone"),
            of_offices=True,
        ),
        "postcode": Kind(
            words=RECOGNISERS["postcode"].words,
            form=rf"\b{' ?'.join(POSTCODE)}\b",
            points_to_one=False,
            of_offices=True,
        ),
        "date_of_birth": Kind(
            words="dates of birth",
            form=r"(?:\b[Dd]\.?[Oo]\.?[Bb]\b\.?|\bDOB|\b[Dd]ate [Oo]f [Bb]irth|\b[Bb]orn|"
            rf"\b[Bb]irthday)[ :\-(]*(?:is |on |was |in )?(?:the )?{_DATE}\b",
            is_number=False,
            points_to_one=False,
        ),
        "name": Kind(
            words="names after a title",
            form=rf"\b(?:(?:{_TITLES})\.? [A-ZÀ-Þ][a-zß-ÿ'’\-]+"
            rf"|(?:{_TITLES.upper()})\.? [A-ZÀ-Þ][A-ZÀ-Þ'’\-]+)",
            is_number=False,
            points_to_one=False,
        ),
        "address": Kind(
            words="street addresses",
            of_offices=True,
            form=rf"\b[0-9]{{1,4}}[A-Za-z]?,? (?:[A-Z][A-Za-z'’\-]+ ){{1,3}}(?:{_STREETS})\b",
            is_number=False,
            points_to_one=False,
        ),
    }
)


def group_of(kind: str, side: str) -> str:
    """Return how a kind is named in a table: of the people assessed, or of the ``reference``."""
    words = KINDS[kind].words if kind else ""
    if side == "assessed":
        return words
    return f"{words} (reference)" if words else "reference"
