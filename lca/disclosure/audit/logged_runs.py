"""The line of a run in the log of a workspace."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lca.change_log import append
from lca.disclosure.audit.bundle import figures_json
from lca.impact.results import StudyResults


def log_run(root: Path, study: str, results: StudyResults, by: str = "", why: str = "") -> None:
    """Add the line of a run; the hash of its figures is that of `results.json` in a bundle of the same. `study` is how
    the names of figures begin. Raises `InputError`.
    """
    said = results.metadata
    details = {key: said[key] for key in ("settings", "workspace_sha256", "versions")}
    details |= {"study": study, "figures_sha256": hashlib.sha256(figures_json(study, results)).hexdigest()}
    append(root, "run", str(said["created"]), details, by, why)
