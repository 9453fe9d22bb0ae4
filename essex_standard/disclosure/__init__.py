"""Statistical disclosure control: what stands between the Evidence and every file.

    raw cells -> which groups may be shown -> rounded cells -> rates, gaps, intervals

A group is shown only if each cell of its table (rightly flagged, wrongly flagged, missed, rightly
left) holds at least ten people; otherwise the whole table and every figure from it is withheld
together, because several rates of one small table can be solved for its cells. A group that could
be had by subtraction is withheld with it, until an attacker with a linear program learns nothing
that the rule itself does not say. What is shown is computed from cells rounded to 5.

References
----------
UK Government Statistical Service, guidance on intruder testing and disclosure control; SDAP,
"Handbook on Statistical Disclosure Control for Outputs" (2019); ACRO (AI-SDC).
"""

from __future__ import annotations

from essex_standard.disclosure.editions import EDITIONS, protect
from essex_standard.disclosure.keeping import at_rest
from essex_standard.disclosure.protection import ROUNDING_BASE, Protection
from essex_standard.disclosure.suppression import MIN_CELL

__all__ = ["EDITIONS", "MIN_CELL", "ROUNDING_BASE", "Protection", "at_rest", "protect"]
