"""A real browser loads the report: its own policy refuses nothing that it needs."""

import shutil
import subprocess

import pytest

from essex_standard.reports.html import render_html
from tests.reports.report_samples import blocked, hostile, referred

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)

pytestmark = pytest.mark.skipif(BROWSER is None, reason="not run: no Chromium on this machine")


def loaded(page: str, folder) -> subprocess.CompletedProcess[str]:
    file = folder / "report.html"
    file.write_text(page, encoding="utf-8")
    return subprocess.run(
        [
            *(BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *("--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}"),
            *("--window-size=320,900", "--dump-dom", file.as_uri()),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


@pytest.mark.parametrize("sample", [referred, blocked, hostile])
def test_the_page_loads_and_nothing_it_needs_is_refused(sample, tmp_path):
    done = loaded(render_html(sample()), tmp_path)
    assert "What the assessment found" in done.stdout
    assert "</svg>" in done.stdout or sample is hostile
    assert "Refused to" not in done.stderr
    assert "Content Security Policy" not in done.stderr


def test_a_script_smuggled_into_the_page_does_not_run(tmp_path):
    page = render_html(referred())
    smuggled = page.replace("</main>", "<script>document.title='taken'</script></main>")
    assert smuggled != page
    done = loaded(smuggled, tmp_path)
    assert "<title>taken</title>" not in done.stdout
