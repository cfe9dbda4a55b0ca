"""Two states of a workspace to compare: folders, the bundled workspace, and revisions that git keeps of one."""

from __future__ import annotations

import contextlib
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lca.errors import Diagnostic, InputError, Span, nearest
from lca.inventory.loading import FOLDERS
from lca.workspace import MARK, bundled

#: The word for the workspace that comes with the package.
BUNDLED = "bundled"


@dataclass(frozen=True)
class State:
    """A workspace in a folder, under the name that it was asked for."""

    name: str
    root: Path
    #: Whether it was taken out of a revision or an archive, into a folder that means nothing to anybody.
    taken_out: bool = False

    def told(self, fault: InputError) -> InputError:
        """What is wrong with it, told as of what it was taken out of and not of the folder that it was put into."""
        if not self.taken_out:
            return fault
        return InputError(replace(found, span=self._named(found.span)) for found in fault.diagnostics)

    def _named(self, span: Span | None) -> Span | None:
        if span is None or not span.path.is_relative_to(self.root):
            return span
        return span._replace(path=Path(f"{self.name}:{span.path.relative_to(self.root).as_posix()}"))


@contextlib.contextmanager
def state(name: str, root: Path) -> Iterator[State]:
    """What a name stands for: a folder, `bundled`, or a revision of the workspace at `root`. Raises `InputError`."""
    folder = Path(name)
    if (folder / MARK).is_dir():
        yield State(name, folder.resolve())
    elif name == BUNDLED:
        yield State(name, bundled())
    elif folder.is_dir():
        message = f"{name} is not a workspace: it has no folder {MARK}/"
        raise InputError([Diagnostic("REE-C004", message, expected="a folder made by `ree-lca init`")])
    else:
        packed = _packed(name, root)
        with tempfile.TemporaryDirectory(prefix="ree-lca-") as made:
            target = Path(made).resolve()
            with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
                archive.extractall(target, filter="data")
            yield State(name, target, taken_out=True)


def _packed(name: str, root: Path) -> bytes:
    """The files of the workspace in a revision, as a tar archive; nothing is checked out."""
    if name.startswith("-") or _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") is None:
        known = (_git(root, "for-each-ref", "--format=%(refname:short)") or b"").decode().split()
        message = f"`{name}` is neither a workspace nor a revision"
        expected = "a folder with inventories/, `bundled`, or a revision such as HEAD~1"
        if _git(root, "rev-parse", "--git-dir") is None:
            expected = f"a folder with inventories/, or `bundled`; {root} is not kept by git"
        found = Diagnostic("REE-W009", message, expected=expected, suggestion=nearest(name, [*known, BUNDLED]))
        raise InputError([found])
    there = (_git(root, "ls-tree", "--name-only", "-z", name) or b"").decode().split("\0")
    folders = [folder for folder in FOLDERS if folder in there]
    packed = _git(root, "archive", "--format=tar", name, "--", *folders) if MARK in folders else None
    if packed is None:
        message = f"{root.name} is not a workspace in revision `{name}`: it has no folder {MARK}/ there"
        raise InputError([Diagnostic("REE-W009", message, expected="a later revision")])
    return packed


def _git(root: Path, *words: str) -> bytes | None:
    """What git answers, or None where it has nothing to say or is not there."""
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
