"""A page in headless Chromium: what a script finds out on it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)

needs_browser = pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine")

TEMPLATES = Path(__file__).parents[1] / "templates"

QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--hide-scrollbars"),
    "--virtual-time-budget=20000",
)

#: Options of Chromium for a page seen in the dark.
DARK = ("--force-dark-mode", "--blink-settings=preferredColorScheme=0")


def in_browser(page: str, tmp_path: Path, script: str, *options: str) -> Any:
    """What a script finds out on a page: the value that it gives, which has to be JSON."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)  # for our script alone
    told = f"<script>(async () => {{ const found = await (async () => {{ {script} }})()"
    told += ".catch((cause) => ({ error: String(cause) })); const out = document.createElement('pre'); "
    told += (
        "out.id = 'told'; out.textContent = JSON.stringify(found); document.body.replaceChildren(out); })();</script>"
    )
    file = tmp_path / "page.html"
    file.write_text(page.replace("</body>", f"{told}</body>"), encoding="utf-8")
    profile = tmp_path / "profile"
    words = [BROWSER, *QUIET, f"--user-data-dir={profile}", *options, "--dump-dom", file.as_uri()]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, done.stdout[-2000:]
    return json.loads(found.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def axe_finds(page: str, tmp_path: Path, before: str, *options: str) -> dict[str, Any]:
    """What axe-core finds against WCAG 2.1 AA once the script `before` has run, under `told`; whether the page is
    `dark`, and how many rules it has `passed`. Skips where axe-core is not installed.
    """
    spec = find_spec("axe_core_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core is not installed")
    axe = (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8").replace("</script", "<\\/script")
    script = """
        const tags = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] };
        const results = await axe.run(document, { runOnly: tags });
        const dark = matchMedia("(prefers-color-scheme: dark)").matches;
        const told = results.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((n) => n.html)}`);
        return { dark, told, passed: results.passes.length };
    """
    page = page.replace("</body>", f"<script>{axe}</script></body>")
    found: dict[str, Any] = in_browser(page, tmp_path, before + script, *options)
    return found
