"""The Standard: checks as data, read from a folder, and the judge that applies them."""

from __future__ import annotations

from essex_standard.standard.check import Check
from essex_standard.standard.load import Standard, load_standard

__all__ = ["Check", "Standard", "load_standard"]
