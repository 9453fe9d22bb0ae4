"""How often identifiers in notes are missed, and how often ordinary numbers alarm.

``python -m tests.simulation.test_identifier_errors 200000 200`` prints precision and recall by kind
over so many notes, then over so many columns of 2,000 notes. Of each ten decoys one kind has the
form of an NHS number, so that at the usual rate these are as many as the NHS numbers planted.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pytest

from essex_standard.evidence.mention_kinds import KINDS
from essex_standard.evidence.mentions import Mentions
from tests.simulation.identifier_corpus import CHECKSUM, corpus


def mentions_of(texts):
    return Mentions.of(texts, np.ones(len(texts), dtype=np.int64))


def of_texts(name, n, *, seed):
    """Return how many texts had the kind planted, were told to hold it, and rightly."""
    found = corpus(n, seed=seed, kinds=(name,))
    mentions = mentions_of(found.texts)
    believed = {"certain"}
    if mentions.holding(name) > mentions.certain.get(name, 0):
        believed.add("passing")
    told = np.array([KINDS[name].find(t) in believed for t in found.texts])
    truly = found.planted == name
    return int(truly.sum()), int(told.sum()), int((told & truly).sum()), mentions.holding(name)


def of_columns(name, columns, *, seed, decoys, n=2_000, limit=0.001):
    """Return of so many columns with the kind and without it, how many are beyond the limit."""
    beyond = []
    for planted in (0.02, 0.0):
        found = [
            mentions_of(
                corpus(n, seed=[seed, i], planted=planted, decoys=decoys, kinds=(name,)).texts
            ).holding(name)
            for i in range(columns)
        ]
        beyond.append(sum(x > limit * n for x in found))
    return tuple(beyond)


@pytest.mark.parametrize("name", KINDS)
def test_of_two_planted_in_a_hundred_texts_nearly_all_are_found_and_nearly_none_wrongly(name):
    planted, told, rightly, counted = of_texts(name, 4_000, seed=20181)
    assert planted > 50
    assert rightly >= 0.95 * planted
    assert rightly >= 0.95 * told
    assert counted == pytest.approx(planted, rel=0.1)


@pytest.mark.parametrize("name", CHECKSUM)
def test_no_column_alarms_for_numbers_that_only_have_the_form(name):
    # Ten-digit references, and codes of a letter and twelve digits, in five of a hundred notes.
    assert of_columns(name, 2, seed=1, decoys=0.5) == (2, 0)


def _lines(n, columns):
    texts = corpus(n, seed=20181).texts
    start = time.perf_counter()
    mentions_of(texts)
    took = time.perf_counter() - start
    yield f"{n:,} notes of {sum(map(len, texts)) / n:.0f} characters: {took:.1f} s"
    yield f"{'kind':28}{'planted':>9}{'told':>8}{'precision':>11}{'recall':>9}{'counted':>9}"
    for name in KINDS:
        planted, told, rightly, counted = of_texts(name, n, seed=20181)
        rates = f"{rightly / max(told, 1):11.3f}{rightly / max(planted, 1):9.3f}"
        yield f"{name:28}{planted:9,}{told:8,}{rates}{counted:9,}"
    for name in CHECKSUM:
        for decoys in (0.2, 0.5, 1.0):
            found, wrongly = of_columns(name, columns, seed=7, decoys=decoys)
            yield (
                f"columns of 2,000 notes, {decoys / 10:.0%} with the form of a {name}: told of "
                f"{found} of {columns} that hold some, and of {wrongly} of {columns} that do not"
            )


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:3]]
    for line in _lines(*given, *(200_000, 200)[len(given) :]):
        sys.stdout.write(line + "\n")
