"""Powers to disclose, by the code that an agreement cites; any other is ``other:<text>``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

GATEWAYS: Mapping[str, str] = MappingProxyType(
    {
        "ca2004_s10": "Children Act 2004, section 10",
        "ca2004_s11": "Children Act 2004, section 11",
        "ca2004_s16LA": "Children Act 2004, section 16LA",
        "ca1989_s17": "Children Act 1989, section 17",
        "ca1989_s27": "Children Act 1989, section 27",
        "ca1989_s47": "Children Act 1989, section 47",
        "ea2002_s175": "Education Act 2002, section 175",
        "cda1998_s17A": "Crime and Disorder Act 1998, section 17A",
        "cda1998_s115": "Crime and Disorder Act 1998, section 115",
        "hsca2012_s251B": "Health and Social Care Act 2012, section 251B",
        "nhsa2006_s251": "National Health Service Act 2006, section 251",
        "nhsa2006_icb_disclosure": "National Health Service Act 2006, disclosure by an ICB",
        "dea2017_s35": "Digital Economy Act 2017, section 35",
        "dea2017_s48": "Digital Economy Act 2017, section 48",
        "dea2017_s56": "Digital Economy Act 2017, section 56",
        "dea2017_s64": "Digital Economy Act 2017, section 64",
        "wra2012_s131": "Welfare Reform Act 2012, section 131",
        "la2011_s1": "Localism Act 2011, section 1",
        "lga1972_s111": "Local Government Act 1972, section 111",
        "ha1996_s213B": "Housing Act 1996, section 213B",
        "common_law_police": "common law powers of the police",
    }
)
