"""What a signature is over: an in-toto statement (v1) about the files of a bundle, in canonical JSON (RFC 8785), in a
DSSE envelope (v1), signed with Ed25519 (RFC 8032).

A signature says that who holds the key stood by these bytes; it says nothing of whether the figures are right.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lca.disclosure.audit.text import decimals

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:ree-lca:audit-bundle:1"

#: Files that the statement names one by one; `SHA256SUMS` stands for all others.
SUBJECTS = ("SHA256SUMS", "results.json", "report.html", "ro-crate-metadata.json")


#: What the statement says of the study, as `study.json` does.
STATED = ("study", "settings", "background", "created", "workspace_sha256", "versions", "by")


class EnvelopeError(ValueError):
    """What should be an envelope with a statement is none."""


@dataclass(frozen=True)
class Envelope:
    """A payload with its signatures: pairs of the id of a key and the signature of `pae`."""

    payload: bytes
    signatures: tuple[tuple[str, bytes], ...] = ()

    @property
    def pae(self) -> bytes:
        """The bytes that are signed: DSSE's pre-authentication encoding."""
        return b"DSSEv1 %d %s %d %s" % (
            len(PAYLOAD_TYPE),
            PAYLOAD_TYPE.encode(),
            len(self.payload),
            self.payload,
        )

    def written(self) -> bytes:
        """The envelope as JSON."""
        return (
            json.dumps(
                {
                    "payload": base64.b64encode(self.payload).decode(),
                    "payloadType": PAYLOAD_TYPE,
                    "signatures": [
                        {"keyid": key, "sig": base64.b64encode(signature).decode()}
                        for key, signature in self.signatures
                    ],
                },
                indent=1,
            ).encode()
            + b"\n"
        )

    def signed(self, key: str, signature: bytes) -> Envelope:
        """The envelope with a signature more, in the place of an earlier one with the same key."""
        others = tuple(one for one in self.signatures if one[0] != key)
        return Envelope(self.payload, (*others, (key, signature)))


def statement(files: Mapping[str, bytes], predicate: Mapping[str, Any]) -> bytes:
    """The statement over these files, canonical."""
    import rfc8785

    return rfc8785.dumps(
        {
            "_type": STATEMENT_TYPE,
            "subject": [
                {"name": name, "digest": {"sha256": hashlib.sha256(files[name]).hexdigest()}} for name in SUBJECTS
            ],
            "predicateType": PREDICATE_TYPE,
            "predicate": decimals(predicate),
        }
    )


def read_envelope(written: bytes) -> Envelope:
    """An envelope from its JSON. Raises `EnvelopeError`."""
    try:
        document = json.loads(written)
        if document["payloadType"] != PAYLOAD_TYPE:
            raise EnvelopeError(f"its payload is not {PAYLOAD_TYPE}")
        signatures = document["signatures"]
        if not isinstance(signatures, list) or len(signatures) > 100:
            raise EnvelopeError("it has no list of signatures")
        payload = base64.b64decode(document["payload"], validate=True)
        pairs = tuple((str(one["keyid"]), base64.b64decode(one["sig"], validate=True)) for one in signatures)
    except EnvelopeError:
        raise
    except (ValueError, LookupError, TypeError, RecursionError, binascii.Error) as cause:
        raise EnvelopeError(f"it is no DSSE envelope ({type(cause).__name__})") from cause
    return Envelope(payload, pairs)


def read_statement(envelope: Envelope) -> dict[str, Any]:
    """The statement in an envelope, which is canonical JSON: its `subjects` and `predicate`. Raises `EnvelopeError`."""
    import rfc8785

    try:
        found = json.loads(envelope.payload)
        if (found["_type"], found["predicateType"]) != (STATEMENT_TYPE, PREDICATE_TYPE):
            raise EnvelopeError("it states something else than an audit bundle")
        subjects = {str(one["name"]): str(one["digest"]["sha256"]) for one in found["subject"]}
        if not isinstance(found["predicate"], dict) or rfc8785.dumps(found) != envelope.payload:
            raise EnvelopeError("its statement is not canonical JSON")
    except EnvelopeError:
        raise
    except (ValueError, LookupError, TypeError, RecursionError) as cause:
        raise EnvelopeError(f"it holds no in-toto statement ({type(cause).__name__})") from cause
    return {"subjects": subjects, "predicate": found["predicate"]}


def subject_faults(subjects: Mapping[str, str], files: Mapping[str, bytes]) -> Sequence[str]:
    """Names of files whose hash is not the one stated, or of which nothing is stated."""
    return [
        name for name in SUBJECTS if name in files and subjects.get(name) != hashlib.sha256(files[name]).hexdigest()
    ] + [name for name in SUBJECTS if name not in subjects and name not in files]
