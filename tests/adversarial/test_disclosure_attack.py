"""An attacker with nothing but the files: what can still be found out about the smallest groups?

Numbers in brackets are those of the cases in the disclosure control reference, section 4.
"""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

import essex_standard
from essex_standard.errors import PdfUnavailable
from essex_standard.exchange.junit import junit_xml
from essex_standard.reports.store import read_json

FURTHER = r"(?:About|More than) [\d,]+ further cases [^.]*\."
KINDS = ("tp", "fp", "fn", "tn")

# Made so that each raw figure of C and D is a number that occurs nowhere else by accident.
SECRET = {
    ("A", "F"): (203, 61, 98, 297), ("A", "M"): (198, 64, 103, 301),
    ("B", "F"): (71, 33, 38, 142), ("B", "M"): (68, 31, 41, 137),
    ("C", "F"): (17, 3, 22, 41), ("C", "M"): (16, 1, 21, 43),
    ("D", "F"): (13, 18, 4, 37), ("D", "M"): (15, 17, 0, 43),
    ("E", "F"): (31, 21, 23, 57), ("E", "M"): (28, 19, 24, 61),
}  # fmt: skip


def population(cells=SECRET):
    rows = []
    for (ethnicity, sex), counts in cells.items():
        for kind, n in zip(KINDS, counts, strict=True):
            y, flagged = kind in ("tp", "fn"), kind in ("tp", "fp")
            # Scores that everybody shares, so that only the labels distinguish two worlds.
            score = [0.62, 0.71, 0.93] if flagged else [0.08, 0.27, 0.41]
            rows += [(score[i % 3], int(y), ethnicity, sex) for i in range(n)]
    return pd.DataFrame(rows, columns=["score", "y", "ethnicity", "sex"])


def write_everything(frame, folder):
    assessment = essex_standard.assess(
        None,
        scores=frame["score"].to_numpy(),
        y=frame["y"].to_numpy(),
        protected=frame[["ethnicity", "sex"]],
        threshold=0.5,
        as_of="2026-11-23",
    )
    assessment.to_json(folder / "assessment.json")
    assessment.to_html(folder / "report.html")
    junit = junit_xml(read_json(folder / "assessment.json")).decode("utf-8")
    return assessment, {
        "json": (folder / "assessment.json").read_text(encoding="utf-8"),
        "html": (folder / "report.html").read_text(encoding="utf-8"),
        "junit": junit,
    }


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return write_everything(population(), tmp_path_factory.mktemp("published"))[1]


@pytest.fixture(scope="module")
def measurements(published):
    return [m for f in json.loads(published["json"])["findings"] for m in f["measurements"]]


def raw(attribute, group):
    """Return the four raw cells of a group, for the judge and not for the attacker."""
    names = dict(zip(attribute.split(" & "), group.split(" & "), strict=True)) if attribute else {}
    total = np.zeros(4, dtype=int)
    for (ethnicity, sex), counts in SECRET.items():
        me = {"ethnicity": ethnicity, "sex": sex}
        if all(me[a] == g for a, g in names.items()):
            total += counts
    return dict(zip(KINDS, total.tolist(), strict=True))


class Attacker:
    """Solves for cells: knows the rules, reads the JSON, and does sums."""

    def __init__(self, content):
        self.known = {}
        self.withheld = set()
        found = {}
        for m in (m for f in content["findings"] for m in f["measurements"]):
            if m["group"] and m["measure"] in (
                "true_positive_rate", "false_positive_rate", "selection_rate"
            ):  # fmt: skip
                key = (m["attribute"], m["group"])
                if m["withheld"]:
                    self.withheld.add(key)
                else:
                    found.setdefault(key, {})[m["measure"]] = (m["value"], m["n"])
        for key, rates in found.items():
            tp, fn = self.cells_of(*rates["true_positive_rate"])
            fp, tn = self.cells_of(*rates["false_positive_rate"])
            self.known[key] = {"tp": tp, "fn": fn, "fp": fp, "tn": tn}
        whole = content["context"]["per_thousand"]
        total = content["subject"]["rows"]
        scaled = {"tp": "rightly", "fp": "wrongly", "fn": "missed"}
        self.known["", ""] = {
            kind: self.multiples(
                (whole[name] - 0.5) * total / 1000, (whole[name] + 0.5) * total / 1000
            )
            for kind, name in scaled.items()
        }
        flagged_or_missed = [self.known["", ""][kind] for kind in scaled]
        self.known["", ""]["tn"] = (
            total - sum(high for _, high in flagged_or_missed),
            total - sum(low for low, _ in flagged_or_missed),
        )

    @staticmethod
    def multiples(low, high):
        inside = [m for m in range(0, 10**4, 5) if low - 1e-6 <= m <= high + 1e-6]
        return min(inside), max(inside)

    def cells_of(self, rate, n):
        """Return the bounds of numerator and remainder, both multiples of 5, of a shown rate."""
        low, high = self.multiples((rate - 0.0051) * n, (rate + 0.0051) * n)
        return (low, high), (n - high, n - low)

    def bounds(self, key, kind):
        """Return the least and most of one cell, by integer programming over all relations."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        keys = sorted({*self.known, *self.withheld})
        place = {k: i for i, k in enumerate(keys)}
        low, high = np.zeros(len(keys)), np.full(len(keys), np.inf)
        for k, cells in self.known.items():
            low[place[k]], high[place[k]] = cells[kind][0] - 2, cells[kind][1] + 2
        rows = []
        for attribute in {a for a, _ in keys if a}:
            members = [k for k in keys if k[0] == attribute]
            rows.append(self.row(place, ("", ""), members))
            if " & " in attribute:
                for side, single in enumerate(attribute.split(" & ")):
                    for parent in [k for k in keys if k[0] == single]:
                        children = [m for m in members if m[1].split(" & ")[side] == parent[1]]
                        rows.append(self.row(place, parent, children))
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(keys))
            aim[place[key]] = sign
            solved = milp(
                aim, constraints=LinearConstraint(np.array(rows), 0, 0),
                integrality=np.ones(len(keys)), bounds=Bounds(np.maximum(low, 0), high),
            )  # fmt: skip
            assert solved.status in (0, 3), solved.message
            ends.append(np.inf if solved.status == 3 else round(sign * solved.fun))
        return tuple(ends)

    @staticmethod
    def row(place, parent, members):
        row = np.zeros(len(place))
        row[place[parent]] = -1
        for m in members:
            row[place[m]] = 1
        return row


def test_the_attacker_can_read_what_is_meant_to_be_read(published):
    attacker = Attacker(json.loads(published["json"]))

    for key in (("ethnicity", "A"), ("sex", "F"), ("", "")):
        for kind, (low, high) in attacker.known[key].items():
            assert low - 2 <= raw(*key)[kind] <= high + 2, (key, kind)


def test_no_small_cell_is_narrowed_down_at_all(published):
    """[1, 2, 3, 5, 13, 27, 30] Totals, margins, hierarchy, several metrics, zeros, crossings."""
    attacker = Attacker(json.loads(published["json"]))
    small = [(key, kind) for key in attacker.withheld for kind in KINDS if raw(*key)[kind] < 10]

    assert {("ethnicity", "C"), ("ethnicity", "D")} <= attacker.withheld
    assert len(small) >= 6
    for key, kind in small:
        least, most = attacker.bounds(key, kind)
        assert (least, most >= 9) == (0, True), (key, kind, least, most)


def test_no_cell_below_ten_stands_behind_anything_shown(published):
    """[5, 13, 30] All four cells hold ten people, or the whole table is withheld."""
    for key in Attacker(json.loads(published["json"])).known:
        assert min(raw(*key).values()) >= 10, key


def test_a_withheld_group_keeps_its_name_and_nothing_else(measurements):
    """[1, 19] Its n, its rates, its gaps, its intervals: all null; and no category is left out."""
    mine = [m for m in measurements if m["attribute"] == "ethnicity" and m["group"] in ("C", "D")]

    assert mine
    for m in mine:
        assert m["withheld"]
        assert (m["value"], m["low"], m["high"], m["n"]) == (None,) * 4
    assert {m["group"] for m in measurements if m["attribute"] == "ethnicity"} >= set("ABCDE")


def test_figures_have_two_decimals_and_counts_are_multiples_of_five(measurements):
    """[4, 16] ``0.333`` is a third of something small."""
    for m in measurements:
        for name in ("value", "low", "high"):
            if m[name] is not None:
                assert round(m[name], 2) == m[name], m
        assert m["n"] is None or (m["n"] % 5 == 0 and m["n"] >= 10), m


def test_no_number_in_the_json_has_more_than_two_decimals_except_confidences_and_limits(published):
    """[16]"""
    lines = [
        line for line in published["json"].splitlines() if not re.search("confidence|limit", line)
    ]
    numbers = [n for line in lines for n in re.findall(r":\s*(-?\d+\.\d+)(?=[,\s}]|$)", line)]

    assert numbers
    assert [n for n in numbers if len(n.split(".")[1]) > 2] == []


@pytest.mark.parametrize("kind", ["json", "html", "junit"])
def test_no_raw_size_of_a_small_group_stands_in_any_text(published, kind):
    """[1, 18, 20] Sizes and marginals of C and D that are no multiple of five."""
    prose = re.sub(r"sha256:[0-9a-f]+|<(svg|style)\b.*?</\1>|<[^>]*>|\"limit\".*", " ",
                   published[kind], flags=re.DOTALL if kind == "html" else 0)  # fmt: skip
    spoken = set(re.findall(r"(?<![\d.,#])\d+(?![\d.,%])", prose))

    assert len(raw_sizes()) >= 2
    assert not spoken & raw_sizes()


def raw_sizes():
    """Return sizes of C and D that no protected figure can be, of three digits."""
    sizes = set()
    for group in ("C", "D"):
        cells = raw("ethnicity", group)
        sizes |= {sum(cells.values()), cells["fp"] + cells["tn"], cells["tp"] + cells["fn"]}
        sizes |= {sum(raw("ethnicity & sex", f"{group} & {sex}").values()) for sex in "FM"}
    return {str(n) for n in sizes if n % 5 and n > 100}


def test_totals_are_the_sum_of_the_parts_that_are_printed(published, measurements):
    """[1, 24] The size in the file's head is that of the rounded cells, not another rounding."""
    content = json.loads(published["json"])
    sizes = {
        m["n"] for m in measurements
        if m["measure"] in ("roc_auc", "brier_score") and not m["attribute"]
    }  # fmt: skip
    whole = sum(5 * round(n / 5) for n in raw("", "").values())

    assert sizes == {content["subject"]["rows"], content["context"]["per_thousand"]["tested_on"]}
    assert sizes == {whole}


def test_groups_stand_in_the_order_of_their_names(measurements):
    """[17] An order by size would tell which withheld group is larger."""
    order = [
        m["group"] for m in measurements
        if m["measure"] == "true_positive_rate" and m["attribute"] == "ethnicity"
    ]  # fmt: skip

    assert order[:5] == sorted(order[:5])


def test_bands_of_the_score_hold_ten_events_and_ten_others(published, measurements):
    """[15] And together they are no finer than the whole."""
    curves = [m for m in measurements if m["measure"] == "observed_rate"]
    bands = [m for m in curves if not m["withheld"]]

    assert bands
    # C and D are withheld: everybody's band less those of A and B would be theirs.
    assert {m["withheld"] for m in curves if m["attribute"] == "ethnicity & score"} == {True}
    for m in bands:
        assert m["value"] * m["n"] + 0.005 * m["n"] >= 10
        assert m["n"] * (1 - m["value"]) + 0.005 * m["n"] >= 10


def swapped(frame):
    """Return a world in which people of C and D have changed places, and nobody else has moved."""
    other = frame.copy()
    is_c, is_d = (frame["ethnicity"] == g for g in ("C", "D"))
    for sex in ("F", "M"):
        of_c = frame.index[
            is_c & (frame["sex"] == sex) & (frame["y"] == 1) & (frame["score"] < 0.5)
        ]
        of_d = frame.index[
            is_d & (frame["sex"] == sex) & (frame["y"] == 0) & (frame["score"] > 0.5)
        ]
        other.loc[of_c[:2], "ethnicity"] = "D"
        other.loc[of_d[:2], "ethnicity"] = "C"
    return other


def test_two_worlds_that_differ_only_within_what_is_withheld_publish_the_same(published, tmp_path):
    """[5, 6, 7, 14, 24] Not one figure, interval or drawn line depends on a withheld cell.

    What was found of a withheld group, and its name, do stand in the details: the design says so.
    """
    assessment, other = write_everything(swapped(population()), tmp_path)
    here, there = (json.loads(text["json"]) for text in (published, other))

    assert assessment.evidence is not None
    for mine, theirs in zip(here["findings"], there["findings"], strict=True):
        assert mine["measurements"] == theirs["measurements"], mine["check"]
        if mine["outcome"] == theirs["outcome"]:
            said, told = (re.sub(FURTHER, "", f["statement"]) for f in (mine, theirs))
            assert said == told, mine["check"]
    # A digest of the restricted store tells that two stores differ, and nothing of how.
    assert here["subject"].pop("evidence_digest") != there["subject"].pop("evidence_digest")
    for name in ("subject", "context"):
        assert here[name] == there[name]


def test_how_many_further_cases_are_needed_does_not_tell_of_withheld_groups(published, tmp_path):
    """[6] To two significant figures it is one equation in the cells of a withheld group."""
    _, other = write_everything(swapped(population()), tmp_path)

    assert re.findall(FURTHER, published["json"]) == re.findall(FURTHER, other["json"])


def test_neighbouring_worlds_in_one_rounding_step_publish_the_same_rates(measurements, tmp_path):
    """[6, 7, 8] Rates, gaps and intervals come from rounded cells, whatever the raw ones were."""
    cells = dict(SECRET)
    tp, fp, fn, tn = cells["A", "M"]
    cells["A", "M"] = (tp + 1, fp, fn, tn)  # 198 and 199, 401 and 402: the same multiples of five
    _, other = write_everything(population(cells), tmp_path)
    theirs = [m for f in json.loads(other["json"])["findings"] for m in f["measurements"]]

    def of_groups(found):
        # AUROC and calibration are no ratios of cells: they have ten events behind them instead.
        return [
            m for m in found
            if m["attribute"] in ("ethnicity", "sex", "ethnicity & sex")
            and not m["measure"].startswith(("roc_auc", "calibration", "proxy_roc_auc"))
        ]  # fmt: skip

    assert of_groups(measurements) == of_groups(theirs)


def test_per_thousand_is_refused_for_a_few_people(tmp_path):
    """[26]"""
    cells = {("A", "F"): (11, 11, 11, 11), ("A", "M"): (11, 11, 12, 11)}
    _, files = write_everything(population(cells), tmp_path)
    page_one = json.loads(files["json"])["context"]["per_thousand"]

    assert page_one["flagged"] is None
    assert page_one["why_not"]


def test_a_population_too_small_for_anything_publishes_no_figure_of_it(tmp_path):
    """[1, 13]"""
    cells = {("A", "F"): (3, 2, 1, 4), ("A", "M"): (2, 3, 3, 1)}
    _, files = write_everything(population(cells), tmp_path)
    content = json.loads(files["json"])
    figures = {
        m[name]
        for f in content["findings"]
        for m in f["measurements"]
        for name in ("value", "low", "high", "n")
    }

    assert content["subject"]["rows"] == 20
    assert figures == {None}


def test_the_pdf_holds_no_attachment_and_no_raw_size(published, tmp_path):
    """[21]"""
    pypdf = pytest.importorskip("pypdf")
    assessment, _ = write_everything(population(), tmp_path)
    try:
        assessment.to_pdf(tmp_path / "report.pdf")
    except PdfUnavailable as error:
        pytest.skip(str(error))
    reader = pypdf.PdfReader(tmp_path / "report.pdf")
    text = "\n".join(page.extract_text() for page in reader.pages)

    assert not reader.attachments
    assert str(tmp_path) not in text + str(reader.metadata)
    for size in raw_sizes():
        assert not re.search(rf"(?<!\d){size}(?!\d)", text.replace("sha256:", "")), size
