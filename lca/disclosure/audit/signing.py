"""A signature added to a bundle."""

from __future__ import annotations

from pathlib import Path

from lca.background.store import folder
from lca.disclosure.audit.bundle import write_aside
from lca.disclosure.audit.crate import ATTESTATION
from lca.disclosure.audit.keys import key_id, private_key
from lca.disclosure.audit.packing import packed, unpacked
from lca.disclosure.audit.statement import read_envelope
from lca.disclosure.audit.verifying import verify_files
from lca.errors import InputError


def sign(path: Path, key_file: Path, compute: bool = True) -> str:
    """Sign a bundle with a private key, beside the signatures that it has; the id of the key. What is not as it was
    made is not signed: it is verified first, and with `compute` its figures are computed again, on this user's own copy
    of a database where the bundle rests on one. Raises `InputError`.
    """
    key = private_key(key_file)
    files = unpacked(path)
    checked = verify_files(files, compute=compute, backgrounds=folder() if folder().is_dir() else None)
    if not checked.sound:
        raise InputError(checked.found)
    envelope = read_envelope(files[ATTESTATION])
    name = key_id(key.public_key())
    files[ATTESTATION] = envelope.signed(name, key.sign(envelope.pae)).written()
    write_aside(path, packed(files))
    return name
