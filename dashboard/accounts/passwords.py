"""Passwords: Argon2id, at most two at a time, and none that is guessed first."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

from schemas.words import N_

SHORTEST, LONGEST = 12, 256
GUESSABLE = 3
"Scores (zxcvbn, 0 to 4) below this one are refused."

_hasher = PasswordHasher()
_turns = threading.BoundedSemaphore(2)
"Each hash takes 64 MB and half a second: more at once would be a way to stop the server."


class PasswordError(ValueError):
    "A password that is not taken; `text` says why, as a sentence of the catalogue"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def require_good(password: str, *about: str) -> None:
    """Raise PasswordError unless a password is long and hard to guess; `about` are words of its owner."""
    if len(password) < SHORTEST:
        raise PasswordError(N_("A password has at least 12 characters."))
    if len(password) > LONGEST:
        raise PasswordError(N_("A password has at most 256 characters."))
    # What is beyond the first hundred only costs time to look at.
    if zxcvbn(password[:100], user_inputs=[*about, "medtown"])["score"] < GUESSABLE:
        raise PasswordError(
            N_("This password is easy to guess; take several words that do not belong together.")
        )


def _typed(password: str) -> str:
    """Return a password in one form: keyboards differ in how they write an é (NFC, NFD)."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    with _turns:
        return _hasher.hash(_typed(password))


def fits(kept: str, password: str) -> bool:
    """Return whether a password is the one that was kept; as slow for an account without one."""
    try:
        with _turns:
            return _hasher.verify(kept or _nobodys(), _typed(password)) and bool(kept)
    except (VerifyMismatchError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Return whether a hash was made with weaker settings than those of today."""
    return bool(kept) and _hasher.check_needs_rehash(kept)


def _nobodys() -> str:
    """Return a hash that no password fits, with the settings of today."""
    parameters = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    salt, digest = "A" * 22, "A" * 43
    return f"$argon2id$v=19${parameters}${salt}${digest}"
