"""The values of a column: how each is read, and which of them single a person out.

`read_values` tells missing values, numbers, dates and labels apart.

A recogniser counts two things in one pass over the values, both weighted by rows: the values of the
right form (`well_formed`) and, of those, the ones whose check digit holds (`matching`). One in
eleven ten-digit numbers passes the NHS number's check digit by chance, so that `identifier_share`
takes what chance explains away before it calls a column anything.

Names, dates of birth and property reference numbers have no form that could be checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.evidence.column_profile import ColumnProfile

Counts = Mapping[str, tuple[int, int]]
"""Recogniser's name -> (matching, well formed), in rows."""

KEY_ROWS = 100
"""Below this many rows every column of measurements is nearly unique."""

REGISTERS = 4096
"""Registers of the distinct counter: a standard error of 1.04 / 64 = 1.6 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """A column's values by what they are.

    Attributes
    ----------
    missing : int
        Rows without a value.
    numbers : ndarray of shape (n_numbers,)
        Numbers and dates (days since 1970), one a row; infinite ones included.
    dates : int
        How many of the numbers are dates.
    labels, label_rows : ndarray of shape (n_labels,)
        Distinct texts, and the rows that hold each.
    """

    missing: int
    numbers: NDArray[np.float64]
    dates: int
    labels: NDArray[np.object_]
    label_rows: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """One kind of identifier.

    `words` names it in a sentence. `form` is a regular expression (RE2) for the whole value, upper
    case, without spaces, hyphens and brackets. `check` is a second test of a value in that form,
    None where the form is all there is; `chance` is the share of other values that pass it.
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
            words="e-mail addresses", form=r"[A-Z0-9._%+']+@[A-Z0-9]+(?:\.[A-Z0-9]+)+"
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


def read_values(values: pd.Series) -> Values:
    """Tell a column's missing values, numbers, dates and labels apart."""
    import pandas as pd
    from pandas.api import types

    numbers: NDArray[np.float64] = np.empty(0)
    texts: dict[str, int] = {}
    dates = 0
    present = values[values.notna()]
    dtype = present.dtype
    if isinstance(dtype, pd.CategoricalDtype) or types.is_bool_dtype(dtype):
        texts = _texts(present.value_counts(sort=False))
    elif types.is_complex_dtype(dtype):
        texts = _texts(present.astype(str).value_counts(sort=False))
    elif types.is_numeric_dtype(dtype):
        numbers = present.to_numpy(dtype=np.float64)
    elif types.is_datetime64_any_dtype(dtype):
        numbers, dates = _days(present), len(present)
    elif types.is_timedelta64_dtype(dtype):
        numbers = present.dt.total_seconds().to_numpy(dtype=np.float64) / 86400
    elif types.infer_dtype(present, skipna=True) == "string":
        texts = _texts(present.value_counts(sort=False))
    else:  # one by one: 1, 1.0 and True are equal, and would be counted together
        objects = present.to_numpy(dtype=object)
        is_date = np.array([isinstance(v, date | np.datetime64) for v in objects], dtype=bool)
        is_number = np.array(
            [isinstance(v, Real | Decimal) and not isinstance(v, bool) for v in objects], dtype=bool
        )
        days = _days(pd.Series([pd.Timestamp(v) for v in objects[is_date]], dtype=object))
        numbers = np.concatenate([objects[is_number].astype(np.float64), days])
        dates = len(days)
        for label in map(label_of, objects[~is_date & ~is_number]):
            texts[label] = texts.get(label, 0) + 1
    if len(numbers):
        numbers = numbers[~np.isnan(numbers)] + 0.0  # -0.0 is 0.0
    rows = np.array(list(texts.values()), dtype=np.int64)
    labels = np.empty(len(texts), dtype=object)
    labels[:] = list(texts)
    return Values(
        missing=len(values) - len(numbers) - int(rows.sum()),
        numbers=numbers,
        dates=dates,
        labels=labels,
        label_rows=rows,
    )


def label_of(value: object) -> str:
    """Return a value's text: ``1`` for 1 and 1.0 alike, always encodable."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _texts(counts: pd.Series) -> dict[str, int]:
    texts: dict[str, int] = {}
    for value, rows in zip(counts.index, counts.to_numpy(dtype=np.int64).tolist(), strict=True):
        if rows:  # a declared category that no row holds
            label = label_of(value)
            texts[label] = texts.get(label, 0) + rows
    return texts


def _days(moments: pd.Series) -> NDArray[np.float64]:
    import pandas as pd

    utc = pd.to_datetime(moments, utc=True).dt.tz_localize(None)
    return utc.to_numpy().astype("datetime64[D]").astype(np.int64).astype(np.float64)


def length_of_text(labels: NDArray[np.object_], rows: NDArray[np.int64]) -> tuple[int, int]:
    """Return characters and words of all rows together."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.array(labels, type=pa.large_string())
    characters = pc.utf8_length(text).to_numpy(zero_copy_only=False)
    words = pc.count_substring_regex(text, r"[^\s]+").to_numpy(zero_copy_only=False)
    return int(characters @ rows), int(words @ rows)


def unique_key_share(profile: ColumnProfile) -> float:
    """Return distinct values over rows where the column looks like a key, else 0.

    A key is a label of at most two words, or a whole number that is either one of a gapless range
    (a row number) or always of the same length, six digits or more (a case number). Measurements,
    dates, amounts of money and times are unique without naming anybody.
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
    return min(1.0, profile.distinct() / present) if looks else 0.0


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
    for name, recogniser in RECOGNISERS.items():
        fits = pc.match_substring_regex(compact, f"^(?:{recogniser.form})$").to_numpy(
            zero_copy_only=False
        )
        _examine(found, name, compact.filter(pa.array(fits)).to_pylist(), weights[fits])
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


def distinct_registers(hashes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Return HyperLogLog registers of 64-bit hashes; merging is the element-wise maximum.

    Registers were chosen over keeping the smallest hashes because they say far less about any one
    value: among a million people a register is shared by thousands of possible identifiers.

    References
    ----------
    Flajolet, Fusy, Gandouet and Meunier (2007), "HyperLogLog: the analysis of a near-optimal
    cardinality estimation algorithm".
    """
    registers = np.zeros(REGISTERS, dtype=np.uint8)
    low = hashes & np.uint64((1 << 52) - 1)
    length = np.frexp(low.astype(np.float64))[1]  # bit length: exact below 2 ** 53
    np.maximum.at(
        registers, (hashes >> np.uint64(52)).astype(np.intp), (53 - length).astype(np.uint8)
    )
    return registers


def distinct_estimate(registers: NDArray[np.uint8]) -> float:
    """Return the estimated number of distinct values, without bias at any size.

    References
    ----------
    Ertl (2017), "New cardinality estimation algorithms for HyperLogLog sketches", arXiv:1702.01284,
    algorithm 6.
    """
    count = np.bincount(registers, minlength=54).astype(float)
    m = float(REGISTERS)
    if count[0] == m:
        return 0.0
    z = m * _tau(1 - count[53] / m)
    for k in range(52, 0, -1):
        z = 0.5 * (z + count[k])
    z += m * _sigma(count[0] / m)
    return float(m * m / (2 * np.log(2) * z))


def _sigma(x: float) -> float:
    y, z, before = 1.0, x, -1.0
    while z != before:
        before, x = z, x * x
        z += x * y
        y += y
    return z


def _tau(x: float) -> float:
    if x in (0.0, 1.0):
        return 0.0
    y, z, before = 1.0, 1 - x, -1.0
    while z != before:
        before, x, y = z, x**0.5, y * 0.5
        z -= (1 - x) ** 2 * y
    return z / 3


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
