"""Which workspaces may be written to."""

from __future__ import annotations

from pathlib import Path

from lca.errors import Diagnostic, InputError
from lca.workspace import bundled


def refuse_bundled(root: Path) -> None:
    """Raise `InputError` where the workspace is the one that comes with the package; whoever works in a checkout of it
    may change it.
    """
    installed = bundled().name == "_bundled"
    if root == bundled() and (installed or not Path.cwd().is_relative_to(root)):
        message = "the bundled workspace is not changed: it comes with the program"
        expected = "a workspace of your own: `ree-lca init my-plant && cd my-plant`"
        raise InputError([Diagnostic("REE-W005", message, expected=expected)])
