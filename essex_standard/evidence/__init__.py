"""Small, mergeable aggregates of one population over one period; no row and no identifier."""

from __future__ import annotations

from essex_standard.evidence.evidence import Evidence

__all__ = ["Evidence"]
