"""`ree-lca check --watch` looks again whenever a file has been saved."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lca.commands import main
from lca.editing.watch import saved
from tests.textbook import textbook


def test_what_counts_as_saved(tmp_path: Path) -> None:
    root = textbook(tmp_path / "w")
    events = saved(root, pause=0.01)
    next(events)
    for change in (
        lambda: (root / "inventories" / "all.yaml").write_text("process: p\n"),
        lambda: (root / "inventories" / "new.yaml").write_text("process: q\n"),
        (root / "inventories" / "new.yaml").unlink,
    ):
        timer = threading.Timer(0.05, change)
        timer.start()
        next(events)
        timer.join()


def test_each_check_shows_the_lines_as_they_are_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = textbook(tmp_path / "w").resolve()
    file = root / "inventories" / "all.yaml"
    sound = file.read_text()

    def twice(_: Path) -> object:
        file.write_text(sound.replace("amount: 50 L", "amount: 50 kg"))
        yield
        file.write_text(sound.replace("amount: 50 L", "amount: 60 kg"))
        yield

    monkeypatch.setattr("lca.editing.watch.saved", twice)
    with pytest.raises(SystemExit):
        main(["check", "-w", str(root), "--watch"])
    out = capsys.readouterr().out
    assert "| " + "  - {flow: crude_oil, amount: 50 kg}" in out
    assert "| " + "  - {flow: crude_oil, amount: 60 kg}" in out
    with pytest.raises(SystemExit) as refused:
        main(["check", "-w", str(root), "--watch", "--format", "json"])
    assert refused.value.code == 2
