"""Keys to sign bundles with: Ed25519, in PEM files that openssl reads too. A key is called by the SHA-256 of its public
half (DER).
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lca.errors import Diagnostic, InputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_MAX_BYTES = 100_000


def make_key(path: Path) -> tuple[Path, str]:
    """Write a new private key to `path`, which only this user can read, and the public one beside it, `.pub`; its place
    and the id of the key. Nothing is written over. Raises `InputError`.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public_path = path.with_name(f"{path.name}.pub")
    for place in (path, public_path):
        if place.exists() or place.is_symlink():
            message = f"{place} is there already, and a key is never written over"
            raise InputError([Diagnostic("REE-A019", message, expected="a new file")])
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for place, content, mode in ((path, private, 0o600), (public_path, public, 0o644)):
            with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(content)
    except OSError as cause:
        raise InputError([Diagnostic("REE-A019", f"{path} cannot be written: {cause.strerror}")]) from cause
    return public_path, key_id(key.public_key())


def key_id(key: Ed25519PublicKey) -> str:
    """What a key is called."""
    from cryptography.hazmat.primitives import serialization

    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def private_key(path: Path) -> Ed25519PrivateKey:
    """A private key from its file. Raises `InputError`."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    content = _content(path)
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as cause:
        why = "it is locked by a passphrase" if b"ENCRYPTED" in content else "it is no private key"
        raise _unusable(path, why, "an Ed25519 private key (PEM), made by `audit keygen`") from cause
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(path, "it is no Ed25519 key", "an Ed25519 private key (PEM), made by `audit keygen`")
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """A public key from its file. Raises `InputError`."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = serialization.load_pem_public_key(_content(path))
    except ValueError as cause:
        raise _unusable(path, "it is no public key", "the .pub file of the one who signed") from cause
    if not isinstance(key, Ed25519PublicKey):
        raise _unusable(path, "it is no Ed25519 key", "the .pub file of the one who signed")
    return key


def is_signed_by(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether a signature is of this message by this key."""
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES)
    except OSError as cause:
        raise _unusable(path, cause.strerror or "it cannot be read", "the file of a key") from cause


def _unusable(path: Path, why: str, expected: str) -> InputError:
    return InputError([Diagnostic("REE-A018", f"the key {path} cannot be used: {why}", expected=expected)])
