"""Paper ballots while two people type them: kept so that nobody else reads one.

To find where two people typed differently, what the first typed must be kept until the second has
typed it too. A digest of an answer would tell it: with six answers to a question, whoever has the
key of the installation tries them all. Instead the drafts are locked with a code that is kept
nowhere here. It is shown once, when the voting ends, and written on the envelope that holds the
paper: whoever has the code has the ballots themselves in hand, and whoever has not the envelope
reads no draft, the administrator included. The code comes along with every ballot that is typed;
only its stretched key (Argon2id, a salt for each meeting) touches a draft, in memory.

A draft is one locked text for all ballots of a sample, always of the same length for so many. When
both agree the ballots are sealed as any other and the drafts are gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

from kaohe.scheme.asking import Answers

Stack = Mapping[int, Answers]
"""Paper ballots by the number written on them."""
SALT = pwhash.argon2id.SALTBYTES


def locked_by(code: str) -> bytes:
    """What only this code opens: kept to tell it from others. It holds a salt and nothing else."""
    salt = random(SALT)
    return salt + SecretBox(_stretched(code, salt)).encrypt(b"")


def key_from(code: str, check: bytes) -> bytes | None:
    """The key that a code gives, if it is the one that ``check`` was made with."""
    key = _stretched(code, check[:SALT])
    return key if opens(key, check) else None


def opens(key: bytes, check: bytes) -> bool:
    """Whether it is the key with which ``check`` was made."""
    try:
        SecretBox(key).decrypt(check[SALT:])
    except CryptoError:
        return False
    return True


def _stretched(code: str, salt: bytes) -> bytes:
    return pwhash.argon2id.kdf(
        SecretBox.KEY_SIZE,
        code.encode(),
        salt,
        opslimit=pwhash.argon2id.OPSLIMIT_INTERACTIVE,
        memlimit=pwhash.argon2id.MEMLIMIT_INTERACTIVE,
    )


def lock(stack: Stack, key: bytes, length: int) -> bytes:
    """A draft that only the key opens, filled up to a length that tells nothing."""
    plain = json.dumps({str(number): dict(one) for number, one in stack.items()})
    return bytes(SecretBox(key).encrypt(plain.encode().ljust(length)))


def unlock(contents: bytes | memoryview[int], key: bytes) -> dict[int, dict[str, str]]:
    """What a draft says."""
    found: dict[str, dict[str, str]] = json.loads(SecretBox(key).decrypt(bytes(contents)))
    return {int(number): one for number, one in found.items()}


def differences(one: Stack, other: Stack, names: Iterable[str]) -> dict[int, list[str]]:
    """Which of the things asked two people typed differently, by the ballots that both have typed.

    >>> both = {1: {"q2": "fair"}, 2: {}}
    >>> differences(both, {1: {"q2": "fair", "q3": "fair"}, 3: {}}, ["q2", "q3"])
    {1: ['q3']}
    """
    asked = list(names)
    found = {
        number: [name for name in asked if one[number].get(name) != other[number].get(name)]
        for number in sorted(one.keys() & other.keys())
    }
    return {number: differ for number, differ in found.items() if differ}
