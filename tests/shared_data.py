"""Third-party data that lie beside the repository, and are not part of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("REE_LCA_SHARED", "") or Path(__file__).parents[2] / "shared")

USLCI = SHARED / "data" / "uslci" / "uslci_fy21q3_ecospold1.zip"

needs_uslci = pytest.mark.skipif(not USLCI.is_file(), reason="USLCI is not there (../shared, or REE_LCA_SHARED)")

PACT = SHARED / "data" / "pact" / "openapi_v3_0.yaml"

needs_pact = pytest.mark.skipif(not PACT.is_file(), reason="PACT schema is not there (../shared, or REE_LCA_SHARED)")
