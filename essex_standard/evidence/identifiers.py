"""Which values of a column single a person out, each taken whole.

A recogniser counts two things in one pass over the values, both weighted by rows: the values of the
right form (`well_formed`) and, of those, the ones whose check digit holds (`matching`). One in
eleven ten-digit numbers passes the NHS number's check digit by chance, so that `identifier_share`
takes what chance explains away before it calls a column anything.

Names, dates of birth and property reference numbers have no form that could be checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.evidence.column_profile import ColumnProfile

Counts = Mapping[str, tuple[int, int]]
"""Recogniser's name -> (matching, well formed), in rows."""

KEY_ROWS = 100
"""Below this many rows every column of measurements is nearly unique."""

MOST_ROWS_EACH = 10
"""Rows of one person (or family) on average, above which the clusters are schools or areas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """One kind of identifier.

    `words` names it in a sentence. `form` is a regular expression (RE2) for the whole value, upper
    case, without spaces, hyphens and brackets (an e-mail address as it is written). `check` is a
    second test of a value in that form, None where the form is all there is; `chance` is the share
    of other values that pass it.
    """

    words: str
    form: str
    check: Callable[[str], bool] | None = None
    chance: float = 0.0


def _nhs(value: str) -> bool:
    from stdnum.gb import nhs

    return bool(nhs.checksum(value) == 0)


def _upn(value: str) -> bool:
    from stdnum.gb import upn

    # python-stdnum knows the authorities of 2011; those made since issue numbers too.
    return bool(upn.calc_check_digit(value[1:]) == value[0])


def _national_insurance(value: str) -> bool:
    # HM Revenue and Customs, National Insurance Manual NIM39110: prefixes never issued.
    return value[:2] not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}


_POSTCODE_AREA = (
    "A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|"
    "K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|"
    "UB|W[ACDFNRSV]?|YO|ZE"
)

POSTCODE = rf"(?:{_POSTCODE_AREA})[0-9][0-9A-Z]?", "[0-9][ABD-HJLNP-UW-Z]{2}"

RECOGNISERS: Mapping[str, Recogniser] = MappingProxyType(
    {
        # Issued ranges: 4, 6, 7 in England, Wales and the Isle of Man, 3 in Northern Ireland, 9 for
        # testing. Leaving the others out spares ten-digit times in seconds, which begin with 1.
        "nhs_number": Recogniser(
            words="NHS numbers", form="[34679][0-9]{9}", check=_nhs, chance=1 / 11
        ),
        "unique_pupil_number": Recogniser(
            words="unique pupil numbers",
            form="[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]",
            check=_upn,
            chance=1 / 23,
        ),
        "national_insurance_number": Recogniser(
            words="National Insurance numbers",
            form="[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]",
            check=_national_insurance,
        ),
        "email": Recogniser(
            words="e-mail addresses", form=r"[A-Z0-9._%+'\-]+@[A-Z0-9\-]+(?:\.[A-Z0-9\-]+)+"
        ),
        "telephone": Recogniser(
            words="telephone numbers",
            form=r"(?:(?:\+44|0044)0?|0)(?:1[0-9]{8,9}|[237][0-9]{9}|8[0-9]{8,9})",
        ),
        "postcode": Recogniser(words="full postcodes", form="".join(POSTCODE)),
    }
)

DATE_OR_AMOUNT = "date_or_amount"
"""Kept beside the recognisers' counts: values that are unique without naming anybody."""

_DATE_OR_AMOUNT = (
    r"^\s*(?:[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}.*"
    r"|[-+]?[£$€]?[0-9][0-9,]*\.[0-9]+)\s*$"
)


def unique_key_share(profile: ColumnProfile, people: int | None = None) -> float:
    """Return distinct values over rows (or people) where the column looks like a key, else 0.

    A key is a label of at most two words, or a whole number that is either one of a gapless range
    (a row number) or always of the same length, six digits or more (a case number). Measurements,
    dates, amounts of money and times are unique without naming anybody.

    Parameters
    ----------
    people : int, optional
        Different people (or families) in the rows: where each has several rows, a label of nearly
        each is a key though it repeats. Whole numbers repeat for too many other reasons.
    """
    present = profile.present
    plain = profile.identifiers.get(DATE_OR_AMOUNT, (0, 0))[0]
    if present < KEY_ROWS or profile.infinite or 2 * plain > present:
        return 0.0
    if profile.kind == "numeric":
        dense = profile.high - profile.low < 2 * present
        digits = len(f"{profile.low:.0f}")
        constant = digits >= 6 and digits == len(f"{profile.high:.0f}")
        looks = profile.whole == present and profile.low >= 0 and (dense or constant)
    else:
        looks = profile.kind == "categorical" and profile.words <= 2 * present
    each = present
    if people is not None and profile.kind == "categorical":
        few_rows_each = KEY_ROWS <= people < present <= MOST_ROWS_EACH * people
        each = people if few_rows_each else present
    return min(1.0, profile.distinct() / each) if looks else 0.0


def count_in_text(
    labels: NDArray[np.object_], rows: NDArray[np.int64]
) -> dict[str, tuple[int, int]]:
    """Return the counts for distinct texts, each of which fills `rows` rows; shape (n_labels,)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found: dict[str, tuple[int, int]] = {}
    text = pa.array(labels, type=pa.large_string())
    # Only short texts with a digit or an @ can be one of these; most columns end here.
    candidate = pc.and_(
        pc.match_substring_regex(text, "[0-9@]"), pc.less_equal(pc.utf8_length(text), 254)
    ).to_numpy(zero_copy_only=False)
    if not candidate.any():
        return found
    some, weights = text.filter(pa.array(candidate)), rows[candidate]
    plain = pc.match_substring_regex(some, _DATE_OR_AMOUNT).to_numpy(zero_copy_only=False)
    _note(found, DATE_OR_AMOUNT, int(weights[plain].sum()), int(weights[plain].sum()))
    compact = pc.utf8_upper(pc.replace_substring_regex(some, r"[\s\-()]", ""))
    # A note pressed together would be one long address.
    as_written = pc.utf8_upper(pc.utf8_trim_whitespace(some))
    for name, recogniser in RECOGNISERS.items():
        looked_at = as_written if name == "email" else compact
        fits = pc.match_substring_regex(looked_at, f"^(?:{recogniser.form})$").to_numpy(
            zero_copy_only=False
        )
        _examine(found, name, looked_at.filter(pa.array(fits)).to_pylist(), weights[fits])
    return found


def count_in_numbers(
    values: NDArray[np.float64], rows: NDArray[np.int64]
) -> dict[str, tuple[int, int]]:
    """Return the counts for distinct finite numbers, each of which fills `rows` rows.

    Only NHS numbers survive as numbers: a telephone number loses its leading zero, and the others
    hold letters. A day written as 20240131, or a time in seconds or milliseconds since 1970, is
    counted as a date.
    """
    found: dict[str, tuple[int, int]] = {}
    whole = values == np.floor(values)
    days = whole & (values >= 19000101) & (values <= 21001231)
    if days.any():
        number = values[days].astype(np.int64)
        month, day = number // 100 % 100, number % 100
        days[days] = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    # 1990 to 2050
    seconds = whole & (values >= 631152000) & (values <= 2524608000)
    thousandths = whole & (values >= 631152000000) & (values <= 2524608000000)
    plain = int(rows[days | seconds | thousandths | ~whole].sum())
    _note(found, DATE_OR_AMOUNT, plain, plain)
    fits = whole & (values >= 3e9) & (values < 1e10)
    if fits.any():
        fits &= np.isin(values // 1e9, (3, 4, 6, 7, 9))
        texts = [str(v) for v in values[fits].astype(np.int64).tolist()]
        _examine(found, "nhs_number", texts, rows[fits])
    return found


def add_counts(a: Counts, b: Counts) -> dict[str, tuple[int, int]]:
    """Return the counts of both together."""
    none = (0, 0)
    pairs = {name: (a.get(name, none), b.get(name, none)) for name in sorted({*a, *b})}
    return {name: (x[0] + y[0], x[1] + y[1]) for name, (x, y) in pairs.items()}


def identifier_share(counts: Counts, name: str, rows: int) -> float:
    """Return the share of rows that hold this identifier, in [0, 1], chance taken away.

    With `w` values of the right form, `m` of them passing and a chance `c`, the expected number of
    true ones is ``(m - c w) / (1 - c)``. It counts only where chance alone would give `m` in fewer
    than one column in a thousand and the true ones are at least half of `w`: nearly all real
    identifiers pass their check digit, of other numbers one in eleven does.
    """
    from scipy.stats import binom

    matching, well_formed = counts.get(name, (0, 0))
    if not matching or not rows:
        return 0.0
    chance = RECOGNISERS[name].chance
    true = (matching - chance * well_formed) / (1 - chance)
    by_chance = float(binom.sf(matching - 1, well_formed, chance)) if chance else 0.0
    believed = by_chance < 1e-3 and true >= 0.5 * well_formed
    return min(1.0, true / rows) if believed else 0.0


def _examine(
    found: dict[str, tuple[int, int]], name: str, values: list[str], rows: NDArray[np.int64]
) -> None:
    if not values:
        return
    check = RECOGNISERS[name].check
    passing = np.ones(len(values), bool) if check is None else np.array([check(v) for v in values])
    _note(found, name, int(rows[passing].sum()), int(rows.sum()))


def _note(found: dict[str, tuple[int, int]], name: str, matching: int, well_formed: int) -> None:
    if well_formed:
        found[name] = (matching, well_formed)
