"""JUnit XML, so that a CI server shows an assessment check by check.

*Not met* is a failure where it blocks or refers; *not assessed* and *cannot tell* are failures too
where they keep the verdict from pass, because a CI server shows skipped tests as harmless. What
was waived, does not apply or is only told is skipped. An assessment that examined nothing is one
failure: a suite without tests would pass.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from essex_standard.assessment import Assessment, Finding, Outcome, Verdict, verdict_of

# XML 1.0 has no way to write these characters at all.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(assessment: Assessment, *, fail_on: str = "refer") -> bytes:
    """Return the assessment as JUnit XML.

    Parameters
    ----------
    fail_on : {"block", "refer"}
        Whether a finding that refers counts as a failure, or only one that blocks.
    """
    by_theme: dict[str, list[Finding]] = {}
    for finding in assessment.findings:
        by_theme.setdefault(finding.theme, []).append(finding)
    root = ET.Element("testsuites", name=_text(f"Essex Standard: {assessment.subject.name}"))
    for theme, findings in by_theme.items():
        suite = ET.SubElement(root, "testsuite", name=f"essex-standard.{theme}")
        counts = {"failure": 0, "skipped": 0}
        for finding in findings:
            case = ET.SubElement(
                suite, "testcase", classname=f"essex-standard.{theme}",
                name=_text(f"{finding.check} {finding.title}"), time="0",
            )  # fmt: skip
            kind = _kind(finding, fail_on)
            if kind:
                counts[kind] += 1
                node = ET.SubElement(
                    case, kind, message=_text(f"{finding.outcome.printed}: {finding.statement}")
                )
                if kind == "failure":
                    node.set("type", finding.level.value)
                    node.text = _text("\n".join((*finding.details, *finding.remedy)))
            else:
                ET.SubElement(case, "system-out").text = _text(finding.statement)
        suite.set("tests", str(len(findings)))
        suite.set("failures", str(counts["failure"]))
        suite.set("errors", "0")
        suite.set("skipped", str(counts["skipped"]))
    if not assessment.findings:
        _nothing_examined(root)
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(s.get(name, "0")) for s in root)))
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _nothing_examined(root: ET.Element) -> None:
    suite = ET.SubElement(
        root, "testsuite", name="essex-standard", tests="1", failures="1", errors="0", skipped="0"
    )
    case = ET.SubElement(
        suite, "testcase", classname="essex-standard", name="Something was examined", time="0"
    )
    ET.SubElement(case, "failure", type="refer", message="No check was run: nothing is vouched for")


def _kind(finding: Finding, fail_on: str) -> str:
    verdict = verdict_of([finding])
    if verdict is Verdict.BLOCK or (verdict is Verdict.REFER and fail_on == "refer"):
        return "failure"
    return "" if finding.outcome is Outcome.MET else "skipped"


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
