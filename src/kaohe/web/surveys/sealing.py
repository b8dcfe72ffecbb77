"""Ballots under seal: what nobody can read before the round is opened, the administrator included.

A ballot is sealed with libsodium's sealed boxes, once for every key of the round, the last key
innermost. All sealed ballots of a round have the same length, so that none tells how much was
answered.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from kaohe.scheme.asking import Asked

BLOCK = 1024
"""Ballots are filled up to a multiple of so many bytes."""
NONE: Mapping[str, str] = {}
BESIDES_ANSWERS = 640
"""Room for area, sample and what else is said of a ballot, in bytes."""


class SealError(Exception):
    """A ballot that does not fit, or that these keys do not open."""


@dataclass(frozen=True)
class Contents:
    """What is inside a sealed ballot.

    ``took`` says coarsely how long answering took, ``assisted`` that somebody helped, ``by`` who
    asked the questions where an interviewer did.
    """

    area_id: str
    sample: str
    answers: Mapping[str, str]
    took: str = ""
    assisted: bool = False
    by: str = field(default="")


def new_key() -> tuple[str, str]:
    """A private and its public key, as hexadecimal digits."""
    private = PrivateKey.generate()
    return private.encode().hex(), private.public_key.encode().hex()


def public_of(private: str) -> str:
    """The public key of a private one; an empty text for what is none."""
    try:
        return PrivateKey(bytes.fromhex(private)).public_key.encode().hex()
    except (ValueError, TypeError, CryptoError):
        return ""


def length_for(asked: Sequence[Asked]) -> int:
    """How long every ballot of a questionnaire is before it is sealed."""
    longest = {one.name: max(one.codes, key=len) for one in asked}
    room = len(json.dumps(longest)) + BESIDES_ANSWERS
    return -(-room // BLOCK) * BLOCK


def seal(contents: Contents, length: int, public_keys: Sequence[str]) -> bytes:
    """A ballot that only the owner of all keys can read. Raises SealError if it says too much."""
    plain = json.dumps(asdict(contents), ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > length:
        raise SealError(f"{len(plain)} bytes do not fit into {length}")
    sealed = plain.ljust(length)
    for key in reversed(public_keys):
        sealed = SealedBox(PublicKey(bytes.fromhex(key))).encrypt(sealed)
    return sealed


def take_off(sealed: bytes, private: str) -> bytes:
    """A sealed ballot without its outermost seal. Raises SealError for another seal's key."""
    try:
        return SealedBox(PrivateKey(bytes.fromhex(private))).decrypt(sealed)
    except (CryptoError, ValueError, TypeError) as problem:
        raise SealError(str(problem)) from problem


def unseal(sealed: bytes, private_keys: Sequence[str]) -> Contents:
    """What a sealed ballot says. Raises SealError if it was not sealed with these keys."""
    for key in private_keys:
        sealed = take_off(sealed, key)
    try:
        return Contents(**json.loads(sealed))
    except (ValueError, TypeError) as problem:
        raise SealError(str(problem)) from problem


# -- keys that lie in files -------------------------------------------------------------------


def _path(public_key: str) -> Path:
    return Path(settings.KEYS) / f"{public_key}.key"


def keep_key(private: str) -> None:
    """Put a private key into a file that only this system's user reads; no backup has it.

    The file is whole or not there, and outlives a power cut: without it a round is lost.
    """
    path = _path(public_of(private))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    with new.open("r+b") as file:
        _write_through(file, private.encode("ascii"))
    new.replace(path)
    _write_folder_through(path.parent)


def kept_keys(public_keys: Sequence[str], at_hand: Mapping[str, str] = NONE) -> list[str] | None:
    """The private keys, in this order; None while one of them is not here.

    ``at_hand`` are private keys by their public ones that somebody just brought and that need not
    be written down to be used.
    """
    found = []
    for key in public_keys:
        path = _path(key)
        if key in at_hand:
            found.append(at_hand[key])
        elif path.exists():
            found.append(path.read_text(encoding="ascii"))
        else:
            return None
    return found


def destroy_keys(public_keys: Sequence[str]) -> None:
    """Overwrite the files of private keys in place and remove them; what is gone stays gone."""
    for path in map(_path, public_keys):
        if path.exists():
            with path.open("r+b") as file:
                _write_through(file, bytes(path.stat().st_size))
            path.unlink(missing_ok=True)
            _write_folder_through(path.parent)


def _write_through(file: IO[bytes], content: bytes) -> None:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())


def _write_folder_through(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
