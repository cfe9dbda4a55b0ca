"""Small bundles, and bundles that someone has laid hands on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lca.disclosure.audit.bundle import Report, make_bundle, sealed
from lca.disclosure.audit.crate import ATTESTATION, NAME, SUMS
from lca.disclosure.audit.packing import packed, unpacked

PAGE = "<!doctype html><title>Report</title><p>120 kg"


def small_bundle(root: Path, background: str = "own", **more: Any) -> dict[str, bytes]:
    """The files of a bundle of a workspace, with a page in the place of the report: it saves the charts."""
    content = make_bundle(root, None, (), background, lambda _: Report(PAGE, "0" * 64), **more).content
    place = root / "small.zip"
    place.write_bytes(content)
    files = unpacked(place)
    place.unlink()
    return files


def resealed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What a forger does: hashes, description and attestation made anew for files that were altered."""
    inner = {name: content for name, content in files.items() if name not in (SUMS, ATTESTATION, NAME)}
    return sealed(inner, json.loads(files["study.json"]))


def written(folder: Path, files: Mapping[str, bytes], name: str = "bundle.zip") -> Path:
    """A bundle with these files."""
    path = folder / name
    path.write_bytes(packed(files))
    return path
