"""A workspace as it would be with a change, to be checked and computed before anything is written."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lca.errors import Diagnostic, InputError, Problems, Span
from lca.inventory.loading import FOLDERS


@dataclass(frozen=True)
class Trial:
    """A copy of the workspace at `root` in a folder of its own, some of its files with other texts."""

    root: Path
    copy: Path
    texts: Mapping[Path, str]

    def check(self) -> Problems:
        """What is wrong or doubtful in it, told as of the real files."""
        from lca.impact.check import check_workspace

        problems = Problems()
        problems.extend(self.told(check_workspace(self.copy).all))
        return problems

    def told(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Findings in the copy as findings in the workspace itself, with the lines as they would be."""
        return [
            replace(
                found,
                span=self._home(found.span),
                related=tuple((self._home(span) or span, text) for span, text in found.related),
                line=self._line(found.span),
            )
            for found in diagnostics
        ]

    def _home(self, span: Span | None) -> Span | None:
        if span is None or not span.path.is_relative_to(self.copy):
            return span
        return span._replace(path=self.root / span.path.relative_to(self.copy))

    def _line(self, span: Span | None) -> str:
        home = self._home(span)
        lines = self.texts.get(home.path, "").splitlines() if home else []
        return lines[home.line - 1] if home and 1 <= home.line <= len(lines) else ""


@contextlib.contextmanager
def tried(root: Path, texts: Mapping[Path, str], contents: Mapping[Path, bytes]) -> Iterator[Trial]:
    """A copy of the workspace at `root` with other `contents` of some files, whose `texts` those are."""
    with tempfile.TemporaryDirectory(prefix="ree-lca-") as folder:
        copy = Path(folder).resolve() / "workspace"
        try:
            for part in FOLDERS:
                if (root / part).is_dir():
                    shutil.copytree(root / part, copy / part, symlinks=True)
            for path, content in contents.items():
                target = copy / path.relative_to(root)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                target.write_bytes(content)
        except (OSError, shutil.Error) as cause:
            raise InputError([Diagnostic("REE-C003", f"{root} cannot be copied for a trial: {cause}")]) from cause
        yield Trial(root, copy, texts)
