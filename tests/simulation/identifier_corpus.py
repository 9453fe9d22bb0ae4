"""Notes as a social worker writes them, two in a hundred with an identifier, many with a decoy.

Check digits are worked out here anew, by the published rules, and not by the code under test:
the NHS Data Dictionary (weights 10 to 2, modulus 11), and the Department for Education's guide to
unique pupil numbers (weights 2 to 13, modulus 23).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PLANTED = 0.02
DECOYS = 0.20
CHECKSUM = ("nhs_number", "unique_pupil_number")
_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"

_SENTENCES = (
    "Visit to the family on {day}; the younger child was at school and the home was tidy.",
    "Attendance was {n} % last term. May said that the mornings are hard and will ask for help.",
    "Telephone call with the school nurse. No new concerns, next review in {n} weeks.",
    "The tenancy is at risk: arrears of £{money}, and {n} letters unanswered since {day}.",
    "A strategy discussion was held at {time}; the plan stays as agreed under section 47.",
    "Miss a meeting again and the worker will call round. Mother was clear that she wants support.",
    "Room {n}, Civic Centre. Present: social worker, health visitor and class teacher.",
    "Weight {n}.{n} kg, on the {n}th centile; feeding plan discussed and agreed.",
)


@dataclass(frozen=True)
class Corpus:
    """Texts, and for each the kind planted in it (or an empty string)."""

    texts: np.ndarray
    planted: np.ndarray


def corpus(
    n: int,
    *,
    seed: int,
    planted: float = PLANTED,
    decoys: float = DECOYS,
    kinds: tuple[str, ...] = (),
) -> Corpus:
    """Return notes of which a share `planted` holds one of `kinds` (all, if none are given)."""
    rng = np.random.default_rng(seed)
    kinds = np.array(kinds or list(_PLANT))
    what = np.where(rng.random(n) < planted, rng.choice(kinds, n), "")
    decoy = rng.random(n) < decoys
    texts = []
    for kind, has_decoy in zip(what.tolist(), decoy.tolist(), strict=True):
        parts = [_sentence(rng) for _ in range(rng.integers(1, 4))]
        if has_decoy:
            parts.insert(int(rng.integers(0, len(parts) + 1)), _decoy(rng))
        if kind:
            parts.insert(int(rng.integers(0, len(parts) + 1)), _PLANT[kind](rng))
        texts.append(" ".join(parts))
    return Corpus(np.array(texts, dtype=object), what)


def nhs_number(rng) -> str:
    while True:
        nine = f"{rng.choice([4, 6, 7])}{_digits(rng, 8)}"
        check = 11 - sum(w * int(d) for w, d in zip(range(10, 1, -1), nine, strict=True)) % 11
        if check != 10:
            return nine + str(check % 11)


def unique_pupil_number(rng) -> str:
    # Authority, school, year of issue, serial number.
    school, year = rng.integers(2000, 8000), rng.integers(8, 26)
    twelve = f"{rng.choice([881, 882, 883, 940])}{school}{year:02d}{_digits(rng, 3)}"
    return (
        _LETTERS[sum(w * int(d) for w, d in zip(range(2, 14), twelve, strict=True)) % 23] + twelve
    )


def _digits(rng, n: int) -> str:
    return "".join(map(str, rng.integers(0, 10, n)))


def _pick(rng, *options: str) -> str:
    return str(options[rng.integers(0, len(options))])


def _sentence(rng) -> str:
    return _pick(rng, *_SENTENCES).format(
        day=f"{rng.integers(1, 29):02d}/{rng.integers(1, 13):02d}/20{rng.integers(18, 26)}",
        n=rng.integers(1, 10),
        money=f"{rng.integers(100, 9000):,}.{_digits(rng, 2)}",
        time=f"{rng.integers(8, 18):02d}:{rng.integers(0, 60):02d}",
    )


def _decoy(rng) -> str:
    """Return a number or words that look like an identifier and are none."""
    letters = "".join(_pick(rng, *_LETTERS) for _ in range(3))
    return _pick(
        rng,
        f"Case reference {rng.integers(1, 10)}{_digits(rng, 9)} was opened.",
        f"Invoice {rng.integers(1, 10)}{_digits(rng, 8)} was paid.",
        f"Order {_pick(rng, *_LETTERS)}{_digits(rng, 12)} arrived.",
        f"Ticket {letters}{_digits(rng, 6)} is closed.",
        f"Paid £{rng.integers(1, 9)}{_digits(rng, 9)} in error across the service.",
        f"Ratio {_digits(rng, 1)}.{_digits(rng, 10)} by the tool.",
        f"Logged at 20{_digits(rng, 2)}-0{rng.integers(1, 9)}-12 10:{_digits(rng, 2)}.",
        "Dr. appointments are hard to get. The Ms word was not used, Mr and Mrs neither.",
        f"Form CM{_digits(rng, 1)} and paragraph B{_digits(rng, 2)} 3rd draft.",
        "Born early and doing well; 3 Little Steps sessions on the street outside.",
    )


def _health(rng) -> str:
    x = nhs_number(rng)
    return _pick(
        rng,
        f"Known to health as {x}.",
        f"Health reference {x}, seen last week.",
        f"NHS number: {x}.",
        f"His number is {x[:3]} {x[3:6]} {x[6:]}.",
    )


def _school(rng) -> str:
    x = unique_pupil_number(rng)
    return _pick(rng, f"School record {x}.", f"UPN {x} on the list.", f"({x.lower()})")


def _insurance(rng) -> str:
    x = f"{_pick(rng, 'AB', 'JK', 'SC', 'PW')}{_digits(rng, 6)}{_pick(rng, *'ABCD')}"
    spaced = " ".join((x[:2], x[2:4], x[4:6], x[6:8], x[8]))
    return _pick(rng, f"Benefits under {x}.", f"NI {spaced} given.")


_PLANT = {
    "nhs_number": _health,
    "unique_pupil_number": _school,
    "national_insurance_number": _insurance,
    "passport_number": lambda rng: f"Passport no. {rng.integers(1, 9)}{_digits(rng, 8)} was seen.",
    "driving_licence_number": lambda rng: (
        f"Licence MORGA{_digits(rng, 1)}{rng.choice(['05', '57', '11', '62'])}"
        f"{rng.integers(10, 29)}{_digits(rng, 1)}SM9IJ seen."
    ),
    "email": lambda rng: f"Write to jo.bloggs{_digits(rng, 3)}@mail.example instead.",
    "telephone": lambda rng: _pick(
        rng,
        f"Mum's new mobile is 07700 900{_digits(rng, 3)}.",
        f"Ring 01245{_digits(rng, 6)} after five.",
        f"Call (020) 7946 0{_digits(rng, 3)}.",
        f"Text +44 7700 900{_digits(rng, 3)}.",
    ),
    "postcode": lambda rng: _pick(
        rng, f"Now living at CM{rng.integers(1, 9)} {_digits(rng, 1)}QH.", "Moved to SS9 2AB."
    ),
    "date_of_birth": lambda rng: _pick(
        rng,
        f"DOB {rng.integers(1, 28):02d}/0{rng.integers(1, 9)}/2012.",
        f"She was born on {rng.integers(4, 20)} March 201{_digits(rng, 1)}.",
        f"Date of birth: 2011-0{rng.integers(1, 9)}-1{_digits(rng, 1)}.",
    ),
    "name": lambda rng: _pick(
        rng, "Spoke with Mrs Okafor.", "DR PATEL rang back.", "Ms. O'Neill will visit."
    ),
    "address": lambda rng: _pick(
        rng, f"Staying at {rng.integers(1, 99)} Old Mill Lane.", "Home is 12a Station Road."
    ),
}  # fmt: skip
