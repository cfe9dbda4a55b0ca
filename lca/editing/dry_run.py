"""What a change would do: to the files, and to the headline results."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lca.editing.change import Draft, Wish, drafted, refused
from lca.editing.headline import compared, headline_of
from lca.editing.trial import tried
from lca.errors import Diagnostic, InputError


@dataclass(frozen=True)
class DryRun:
    """The change as a unified diff, the headline before and after, and what there is to say of it."""

    textual: str
    title: str
    rows: list[dict[str, Any]]
    said: list[Diagnostic]


def dry_run(root: Path, wish: Wish, study: str | None = None) -> DryRun:
    """Change nothing, and tell what would change. Raises `InputError` with what would be wrong."""
    return rehearsed(root, drafted(root, wish), study, wish.force)


def rehearsed(root: Path, draft: Draft, study: str | None = None, force: bool = False) -> DryRun:
    """What a draft would do. Raises `InputError` with what would be wrong, unless that is to be borne."""
    textual = draft.textual()
    if not draft.texts:
        return DryRun(textual, "", [], draft.warnings)
    with tried(root, draft.texts, draft.contents) as trial:
        faults, said = refused(root, draft, trial)
        if faults and not force:
            raise InputError([*draft.otherwise, *faults])
        said = [*draft.warnings, *faults, *said]
        if faults:
            return DryRun(textual, "", [], said)
        try:
            before, after = headline_of(root, study), headline_of(trial.copy, study)
        except InputError as fault:
            raise InputError(trial.told(fault.diagnostics)) from fault
    title = f"{after.study}: {after.title}, {after.unit}, {after.basis}-based electricity"
    return DryRun(textual, title, compared(before, after), said)
