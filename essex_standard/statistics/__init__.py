"""Intervals, equivalence, multiplicity and power; no limit of any check lives here."""
