"""Everything a measure may look at: evidence, small experiment results and the declarations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from essex_standard.evidence.cross_table import CrossTable
    from essex_standard.evidence.evidence import Evidence
    from essex_standard.experiments.column_effect import ColumnEffects
    from essex_standard.experiments.consistency import Consistency
    from essex_standard.experiments.counterfactual_flips import CounterfactualFlips
    from essex_standard.experiments.dates import DatedColumn
    from essex_standard.experiments.domain_classifier import DomainClassifier
    from essex_standard.experiments.leakage import Leakage
    from essex_standard.experiments.membership import Membership
    from essex_standard.experiments.necessity import Necessity
    from essex_standard.experiments.proxies import Proxies
    from essex_standard.experiments.term_swaps import TermSwaps
    from essex_standard.experiments.text_classifier import TextClassifier
    from essex_standard.models.used import ColumnsTraced
    from essex_standard.submission import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one assessed model; no row of data.

    Attributes
    ----------
    assessed, reference : Evidence, Evidence or None
        Of the population assessed, and of the one the model was trained on.
    score_kind : str
        ``probability``, ``unbounded``, or ``none`` where only decisions are known.
    baseline : str
        ``prevalence``, ``single_rule:COLUMN`` or ``current_practice``.
    columns_read : tuple of str
        Raw columns that the model reads; empty where only scores are known.
    columns_in_data, columns_in_reference : tuple of str
        Columns of the tables, whether read or not.
    covered : frozenset of str or None
        Columns covered by an agreement in force; None without any agreement.
    effects, effects_in_reference : ColumnEffects or None
        What shuffling each column does, among the people assessed and in the reference data.
    crossed : CrossTable or None
        People crossed by several columns; searched, and kept nowhere.
    min_cell : int
        Fewest people in any cell that may be named.
    sensitive : tuple of str
        Columns that nobody should learn of a person.
    no_classes : str
        Why it is not known who looks alike, where it is not.
    rows_inside : tuple of str
        Parts of the model that carry people it was trained on.
    people : int or None
        Different people (or families) among those assessed, where rows say who belongs together.
    traced : ColumnsTraced or None
        Which columns the model is handed and which it uses; None where only scores are known.
    categories : mapping of a column to the categories that agreements in force give it
    sources : mapping of an agreement's id to the columns that it covers
        Of the agreements in force.
    legitimate_factor : str
        Name of the factor within whose values groups are compared; empty where none is declared.
    no_periods : str
        Why nothing is known of periods, where they were asked for and there are none.
    seed : int
        Of every random draw.
    """

    assessed: Evidence
    reference: Evidence | None = None
    score_kind: str = "probability"
    baseline: str = "prevalence"
    columns_read: tuple[str, ...] = ()
    columns_in_data: tuple[str, ...] = ()
    columns_in_reference: tuple[str, ...] = ()
    covered: frozenset[str] | None = None
    effects: ColumnEffects | None = None
    effects_in_reference: ColumnEffects | None = None
    flips: CounterfactualFlips | None = None
    proxies: Proxies | None = None
    swaps: TermSwaps | None = None
    crossed: CrossTable | None = None
    min_cell: int = 10
    leakage: Leakage | None = None
    dated: tuple[DatedColumn, ...] = ()
    domain: DomainClassifier | None = None
    text_domains: tuple[TextClassifier, ...] = ()
    consistency: Consistency | None = None
    submission: Submission | None = None
    outcome_name: str = "outcome"
    legitimate_factor: str = ""
    no_periods: str = ""
    sensitive: tuple[str, ...] = ()
    no_classes: str = ""
    membership: Membership | None = None
    rows_inside: tuple[str, ...] = ()
    people: int | None = None
    traced: ColumnsTraced | None = None
    categories: Mapping[str, frozenset[str]] = field(default_factory=dict)
    necessity: Necessity | None = None
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seed: int = 20181

    @property
    def positives(self) -> int:
        """People assessed whose outcome occurred."""
        whole = self.assessed.whole
        return 0 if whole is None else int(whole.count("positives")[0])

    @property
    def negatives(self) -> int:
        """People assessed whose outcome did not occur."""
        whole = self.assessed.whole
        return 0 if whole is None else int(whole.count("negatives")[0])
