"""Whether a bundle is as it was made and signed, and whether its figures follow from its inputs.

Nothing in a bundle is executed, and nothing of it is written but its inputs, into a folder of its own. Everything that
is wrong is found, not only the first: each file that is altered, missing or put in, each figure that differs.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lca.change_log import LOG, entries
from lca.disclosure.audit.comparing import differences
from lca.disclosure.audit.crate import ATTESTATION, NAME, SUMS, faults
from lca.disclosure.audit.keys import is_signed_by, key_id, public_key
from lca.disclosure.audit.packing import unpacked
from lca.disclosure.audit.recomputing import NotComputedError, computed_again, task_of
from lca.disclosure.audit.statement import (
    STATED,
    Envelope,
    EnvelopeError,
    read_envelope,
    read_statement,
    subject_faults,
)
from lca.errors import Diagnostic, InputError, Problems
from lca.inventory.backgrounds import OWN

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")

#: What a report of ours has none of: scripts, handlers of events, and what is fetched from elsewhere. Every part is
#: bounded, so that the time for looking grows with the text alone.
_ACTIVE = re.compile(
    rb"<\s{0,20}(?:[a-z]{1,20}:)?(?:script|iframe|object|embed|applet|base|form|foreignobject|link|audio|video)\b"
    rb"|[\s\"'/]on[a-z]{3,30}\s{0,20}=(?!=)|javascript:|data:text/html|<!entity|http-equiv"
    rb"|\bsrc\s{0,20}=\s{0,20}[\"']?\s{0,20}(?:https?:)?//",
    re.I,
)

#: A page of nothing but text and of tags with values in double quotes, in which every reader of HTML finds the same.
#: Other controls than blanks and ends of lines could be read as another encoding, or not as blanks.
_ODD = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_TAG = re.compile(rb"<([^<>]*+)>")
_PLAIN_TAG = re.compile(
    rb"/?[a-z][a-z0-9:_-]*+"
    rb"(?:[ \t\r\n\f]++[a-z_][a-z0-9:._-]*+(?:[ \t\r\n\f]*+=[ \t\r\n\f]*+\"[^\"]*+\"(?=[ \t\r\n\f/]|$))?+)*+"
    rb"[ \t\r\n\f]*+/?|!doctype html",
    re.I,
)
_VALUE = re.compile(rb"\"[^\"]*+\"")

_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Verification:
    """What was found: everything wrong or not proven, how many files and figures there are, the ids of the keys named
    that have signed, whether all was computed again, and whether that took a database that the bundle does not hold.
    """

    found: tuple[Diagnostic, ...]
    files: int
    figures: int
    signed_by: tuple[str, ...]
    computed: bool
    alone: bool = True

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return all(one.severity != "error" for one in self.found)


def verify(
    path: Path,
    keys: Iterable[Path] = (),
    compute: bool = True,
    seconds: int = 600,
    backgrounds: Path | None = None,
) -> Verification:
    """Verify a bundle, against the public keys that should have signed it. Raises `InputError` where it cannot be read
    or is made to do harm, and where a key is not usable.
    """
    public = list(map(public_key, keys))
    return verify_files(unpacked(path), public, compute, seconds, backgrounds)


def verify_files(
    files: Mapping[str, bytes],
    keys: Iterable[Ed25519PublicKey] = (),
    compute: bool = True,
    seconds: int = 600,
    backgrounds: Path | None = None,
) -> Verification:
    """The same of the files of a bundle."""
    problems = Problems()
    own = {key_id(key): key for key in keys}
    problems.extend(altered(files))
    envelope = _attestation(files, problems)
    signed = _signatures(envelope, own, problems)
    if NAME in files:
        problems.extend(Diagnostic("REE-A016", fault) for fault in faults(files[NAME], files_but_seals(files)))
    if LOG in files:
        try:
            entries(files[LOG])
        except InputError as fault:
            problems.extend(fault.diagnostics)
    active = active_part(files.get("report.html", b""))
    if active is not None:
        shown = active.group()[:40].decode(errors="replace")
        problems.add("REE-A022", f"report.html holds `{shown}`, which no report has")
    figures, computed, alone = 0, False, True
    if compute:
        found, figures, alone = _again(files, seconds, backgrounds)
        computed = not any(one.code in ("REE-A014", "REE-A021") for one in found)
        problems.extend(found)
    return Verification(tuple(map(_plain, problems.all)), len(files), figures, tuple(signed), computed, alone)


def active_part(page: bytes) -> re.Match[bytes] | None:
    """Something active in a page. What stands in its text, and in values after an equals sign, is harmless; in a page
    whose tags could be read in more than one way, nothing is.
    """
    found = _ACTIVE.search(page)
    if found is None:
        return None
    tags = _TAG.findall(page)
    plain = page.count(b"<") == len(tags) and all(map(_PLAIN_TAG.fullmatch, tags))
    if _ODD.search(page) or not plain:
        return found
    quiet = (_VALUE.sub(lambda value: value[0].replace(b"=", b" "), tag) for tag in tags)
    return _ACTIVE.search(b"\n".join(b"<" + tag + b">" for tag in quiet))


def _plain(found: Diagnostic) -> Diagnostic:
    """A finding without signs that a terminal would obey: parts of it are what somebody else wrote."""
    return replace(found, message=_UNSEEN.sub("?", found.message))


def files_but_seals(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that the description of a bundle states hashes of."""
    return {name: content for name, content in files.items() if name not in (SUMS, ATTESTATION, NAME)}


# --- hashes


def altered(files: Mapping[str, bytes]) -> list[Diagnostic]:
    """Files of a bundle that are not as its list of hashes says: altered, missing, put in."""
    return list(map(_plain, _hashes(files)))


def _hashes(files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    if SUMS not in files:
        yield Diagnostic("REE-A006", f"{SUMS} is missing: nothing says what the other files should be")
        return
    listed: dict[str, str] = {}
    for number, line in enumerate(files[SUMS].decode(errors="replace").splitlines(), 1):
        found = _LINE.fullmatch(line)
        if found is None or found[2] in listed:
            yield Diagnostic(
                "REE-A005", f"{SUMS} has been altered: line {number} is no hash of a file, or a second one"
            )
        else:
            listed[found[2]] = found[1]
    holders = {digest: name for name, digest in listed.items()}
    for name in sorted(listed.keys() - files.keys()):
        yield Diagnostic("REE-A006", f"{name[:200]} is missing")
    for name in sorted(files.keys() - listed.keys() - {SUMS, ATTESTATION}):
        yield Diagnostic("REE-A007", f"{name} has been put in: {SUMS} does not list it")
    for name in sorted(files.keys() & listed.keys()):
        digest = hashlib.sha256(files[name]).hexdigest()
        if digest != listed[name]:
            swapped = f"; it holds what should be {holders[digest][:200]}" if digest in holders else ""
            yield Diagnostic("REE-A005", f"{name} has been altered: its hash is not the one in {SUMS}{swapped}")


# --- attestation


def _attestation(files: Mapping[str, bytes], problems: Problems) -> Envelope | None:
    if ATTESTATION not in files:
        problems.add("REE-A006", f"{ATTESTATION} is missing: nothing is attested")
        return None
    try:
        envelope = read_envelope(files[ATTESTATION])
        stated = read_statement(envelope)
    except EnvelopeError as fault:
        problems.add("REE-A008", f"{ATTESTATION} cannot be used: {fault}")
        return None
    for name in subject_faults(stated["subjects"], files):
        problems.add("REE-A008", f"{name} is not the one that {ATTESTATION} names")
    for key in _other_words(stated["predicate"], files):
        problems.add("REE-A008", f"study.json says another `{key}` than {ATTESTATION}")
    return envelope


def _other_words(predicate: Mapping[str, Any], files: Mapping[str, bytes]) -> list[str]:
    """What the attestation says otherwise than `study.json`."""
    try:
        said = json.loads(files.get("study.json", b"{}"))
        return [key for key in STATED if predicate.get(key) != said.get(key)]
    except (ValueError, AttributeError, RecursionError):
        return ["study"]


def _signatures(envelope: Envelope | None, keys: Mapping[str, Any], problems: Problems) -> Sequence[str]:
    if envelope is None:
        return ()
    signatures = list(envelope.signatures)
    signed = [name for name, key in keys.items() if any(is_signed_by(key, one, envelope.pae) for _, one in signatures)]
    for name in keys:
        if name not in signed:
            claimed = any(key == name for key, _ in signatures)
            others = ", ".join(sorted({key[:16] for key, _ in signatures}))
            why = "its signature is not of this statement" if claimed else f"signed by {others or 'nobody'}"
            problems.add("REE-A009", f"the bundle is not signed by the key {name[:16]}: {why}")
    if not signatures and not keys:
        problems.add("REE-A010", "the bundle is not signed: what was altered with its hashes does not show")
    elif not keys:
        names = ", ".join(sorted({key[:16] for key, _ in signatures}))
        problems.add("REE-A011", f"the bundle claims to be signed by {names}", expected="--key FILE for each signer")
    return signed


# --- computed again


def _again(files: Mapping[str, bytes], seconds: int, backgrounds: Path | None) -> tuple[list[Diagnostic], int, bool]:
    """What differs when all is computed again, how many figures that gave, and whether the bundle alone did."""
    try:
        task = task_of(json.loads(files.get("study.json", b"")))
        alone = task.background == OWN or any(name.startswith("background/") for name in files)
        if not alone and backgrounds is None:
            message = f"the figures rest on the background {task.background}, which is not in the bundle"
            expected = "--backgrounds DIR with your own copy of it"
            return [Diagnostic("REE-A021", message, expected=expected)], 0, alone
        again = computed_again(files, task, seconds, backgrounds)
    except (ValueError, RecursionError):
        return [Diagnostic("REE-A014", "study.json does not say what was computed")], 0, True
    except NotComputedError as fault:
        return [Diagnostic("REE-A014", f"the figures could not be computed again: {fault}")], 0, True
    return list(differences(files, again)), len(json.loads(again["results.json"])["figures"]), alone
