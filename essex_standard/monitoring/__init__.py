"""Monitoring: new data against what was assessed, batch by batch, for years, without a row kept.

assessment.evidence + a batch -> findings at this look -> the record -> two pages
"""

from __future__ import annotations

from essex_standard.monitoring.monitor import Monitor, Monitored

__all__ = ["Monitor", "Monitored"]
