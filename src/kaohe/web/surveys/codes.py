"""Codes that can be typed: what a household answers with, and what it keeps as a receipt.

Letters and digits that are mistaken for each other are left out. A code ends with a sign that all
others determine, so that a slip of the finger is told as one, not as somebody else's code.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.utils.crypto import salted_hmac

ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXY"
"""29 signs, a prime: every wrong sign and every exchange of two neighbours changes the last one."""
MISTAKEN = str.maketrans({"Z": "2", "S": "5"})
"""Signs that are not used and what was meant by them."""
SIGNS = 12
TAG_SIGNS = 4
RECEIPT_SIGNS = 16
GROUP = 4


def new_code() -> str:
    """A random code of twelve signs, 53 bits of chance and one sign that proves the others."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(SIGNS - 1))
    return signs + proof_of(signs)


def new_tag() -> str:
    """A short random name for an address."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TAG_SIGNS))


def proof_of(signs: str) -> str:
    """The sign that makes the weighted sum of all a multiple of 29.

    >>> proof_of("23456789ABC")
    '4'
    """
    total = sum(place * ALPHABET.index(sign) for place, sign in enumerate(signs, start=1))
    weight = len(signs) + 1
    return next(
        sign for value, sign in enumerate(ALPHABET) if (total + weight * value) % len(ALPHABET) == 0
    )


def read(typed: str) -> str:
    """A code as it was typed, in plain capitals: blanks, hyphens and small letters do not matter.

    >>> read(" k7qh-2m4x 9trb ")
    'K7QH2M4X9TRB'
    """
    kept = "".join(sign for sign in typed.upper() if sign.isalnum() and sign.isascii())
    return kept.translate(MISTAKEN)


def is_code(code: str) -> bool:
    """Whether a code that was read can be one: its length, its signs, its proof."""
    if len(code) != SIGNS or not set(code) <= set(ALPHABET):
        return False
    return proof_of(code[:-1]) == code[-1]


def shown(code: str) -> str:
    """A code in groups of four.

    >>> shown("K7QH2M4X9TRB")
    'K7QH-2M4X-9TRB'
    """
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def digest_of(tag: str, code: str) -> bytes:
    """What is kept of a code: nobody finds the code without the key of the installation."""
    return salted_hmac(f"kaohe.surveys.codes.{tag}", code, algorithm="sha256").digest()


def receipt_of(sealed: bytes) -> str:
    """The receipt of a sealed ballot: the first 77 bits of its SHA-256."""
    number = int.from_bytes(sha256(sealed).digest(), "big")
    signs = []
    for _ in range(RECEIPT_SIGNS):
        number, value = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[value])
    return "".join(signs)
