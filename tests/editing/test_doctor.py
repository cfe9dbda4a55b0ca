"""`ree-lca doctor` finds what works, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from lca.editing import doctor
from tests.textbook import textbook


def test_all_is_well_here(tmp_path: Path) -> None:
    found = {one.what: one for one in doctor.examined(textbook(tmp_path / "w"))}
    assert {one.state for one in found.values()} <= {"fine", "missing"}
    assert "comes out right" in found["solver"].detail
    assert found["workspace"].detail.endswith("2 files")


def test_what_is_at_fault_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(doctor, "NEEDED", ("numpy", "no-such-package"))
    monkeypatch.setattr(doctor, "EXTRAS", {"more": (("no_such_module",), "more")})
    monkeypatch.setattr("lca.impact.brightway.brightway", lambda: 1 / 0)
    found = {one.what: one for one in doctor.examined(tmp_path / "nowhere")}
    assert {what for what, one in found.items() if one.state == "FAULT"} == {"no-such-package", "cache", "solver"}
    assert found["extra more"].state == "missing"
    assert "ZeroDivisionError" in found["solver"].detail
