"""Every test has a place of its own for imported databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from lca.background import store


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "kept"))
