"""In each term the strictest wins, in whatever order agreements are read."""

from __future__ import annotations

from datetime import date
from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.submission import load_agreement
from essex_standard.submission import vocabularies as v
from essex_standard.submission.combine import CombinedTerms, combine, meet, terms_of

from .agreement_examples import AS_OF, DATA, agreements

several = st.lists(agreements(), min_size=2, max_size=5)


@settings(max_examples=50, deadline=None)
@given(st.permutations(range(4)), st.lists(agreements(), min_size=4, max_size=4))
def test_order_does_not_matter(order, given_agreements):
    shuffled = [given_agreements[i] for i in order]
    assert combine(shuffled, AS_OF) == combine(given_agreements, AS_OF)


@settings(max_examples=50, deadline=None)
@given(agreements(), agreements(), agreements())
def test_bracketing_does_not_matter(a, b, c):
    a, b, c = terms_of(a), terms_of(b), terms_of(c)
    assert meet(meet(a, b), c) == meet(a, meet(b, c))
    assert meet(a, b) == meet(b, a)


@settings(max_examples=50, deadline=None)
@given(several)
def test_a_duplicate_changes_nothing(given_agreements):
    assert combine([*given_agreements, *given_agreements], AS_OF) == combine(
        given_agreements, AS_OF
    )


def _narrower(x: frozenset | None, y: frozenset | None) -> bool:
    return y is None or (x is not None and x <= y)


def _rank(order: tuple, value: object) -> int:
    return len(order) if value is None else order.index(value)


@settings(max_examples=50, deadline=None)
@given(several, agreements())
def test_a_further_agreement_never_widens_anything(given_agreements, further):
    before = combine(given_agreements, AS_OF)
    after = combine([*given_agreements, further], AS_OF)
    assert after.uses <= before.uses
    assert after.uses_of("column_b") <= before.uses_of("column_b")
    assert after.start >= before.start
    assert after.end <= before.end
    assert (after.min_cell or 0) >= (before.min_cell or 0)
    assert (after.rounding_base or 1) % (before.rounding_base or 1) == 0
    assert _rank(v.RELEASES, after.release) <= _rank(v.RELEASES, before.release)
    assert _rank(v.ONWARD, after.onward) <= _rank(v.ONWARD, before.onward)
    assert _rank(v.POLARITIES, after.polarity) <= _rank(v.POLARITIES, before.polarity)
    assert _narrower(after.areas, before.areas)
    assert _narrower(after.locations, before.locations)
    assert _narrower(after.onward_parties, before.onward_parties)
    assert after.controls >= before.controls
    for name in ("retention_months", "model_months"):
        kept = getattr(before, name)
        assert kept is None or getattr(after, name) <= kept


@settings(max_examples=50, deadline=None)
@given(agreements(), agreements())
def test_a_number_rounded_to_the_combined_base_fits_both(a, b):
    both = combine([a, b], AS_OF)
    for one in (terms_of(a), terms_of(b)):
        assert both.rounding_base % one.rounding_base == 0


def test_the_example_combines_to_its_own_terms():
    example = load_agreement(DATA / "nm-early-help-households.toml")
    terms = combine([example], AS_OF)
    assert terms == terms_of(example)
    assert (terms.retention_months, terms.model_months) == (36, 24)
    assert (terms.min_cell, terms.rounding_base, terms.release) == (10, 5, "public")
    assert terms.uses_of("ethnic_group") == {"fairness_audit"}
    assert terms.uses_of("lsoa") == terms.uses


def test_nothing_is_permitted_where_no_agreement_is_relevant():
    example = load_agreement(DATA / "nm-early-help-households.toml")
    for terms in (
        combine([], AS_OF),
        combine([example], date(2030, 1, 1)),
        combine([example], AS_OF, ["a column of nobody"]),
    ):
        assert terms == CombinedTerms(permitted=frozenset())
        assert terms.uses == frozenset()


def test_open_data_limits_nothing_that_its_licence_does_not_say(tmp_path):
    path = tmp_path / "bands.toml"
    path.write_text(
        'id = "bands"\ntitle = "Deprivation"\nlayer = "open_data"\nstatus = "signed"\n'
        'publisher = "P"\nlicence = "L"\nsource = "S"\n'
        '[[dataset]]\n[[dataset.column]]\nname = "i"\n'
    )
    example = load_agreement(DATA / "nm-early-help-households.toml")
    bands = load_agreement(path)
    alone = terms_of(example)
    both = reduce(meet, [alone, terms_of(bands)])
    assert (both.uses, both.min_cell, both.release) == (alone.uses, alone.min_cell, alone.release)


def test_what_an_agreement_leaves_unsaid_does_not_let_figures_out(tmp_path):
    text = (DATA / "nm-early-help-households.toml").read_text()
    for line in ('release = "public"\n', "min_cell = 10\n", 'onward = "prohibited"\n'):
        text = text.replace(line, "")
    path = tmp_path / "a.toml"
    path.write_text(text)
    terms = terms_of(load_agreement(path))
    assert (terms.release, terms.min_cell, terms.onward) == ("internal_panel", 10, "prohibited")
