# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Comparing stored password hashes with the office's own candidates. Nobody is signed in.

A hash goes in and a verdict comes out: neither hash nor candidate is kept, logged or raised.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from .._core.account import PasswordCheck
from .._core.errors import DirectoryError

try:
    from passlib import hash as schemes

    HAS_LIBPASS = True
except ImportError:
    HAS_LIBPASS = False

LOGIN = "{login}"  # stands for the account's login in a candidate

CLEARTEXT = "CLEARTEXT"  # what a value without a scheme is called


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What comparing gave, and for which scheme of hash ("": there was none)."""

    check: PasswordCheck
    scheme: str


class PasswordChecker:
    """Compares hashes with candidates until its time is used up."""

    def __init__(
        self, candidates: Sequence[str], seconds: float, clock: Callable[[], float] = monotonic
    ) -> None:
        """Raises DirectoryError when the library that knows the schemes is missing."""
        if candidates and not HAS_LIBPASS:
            raise DirectoryError(
                "password_candidates needs the Python library libpass: install it for this Python"
            )
        self._candidates = tuple(candidates)
        self._clock = clock
        self._seconds, self._end = seconds, clock() + seconds
        self._schemes_missing: set[str] = set()  # hashes that nothing here can compare
        self._out_of_time = 0  # accounts that were left out

    @property
    def wanted(self) -> bool:
        """Whether there is anything to compare with."""
        return bool(self._candidates)

    def check(self, values: Sequence[bytes], login: str) -> Verdict:
        """Whether any of an account's hashes is of one of the candidates."""
        if self._clock() >= self._end:
            self._out_of_time += 1
            return Verdict(check=PasswordCheck.NOT_TRIED, scheme=_scheme(values[0]))
        verdicts = [self._compare(value, login) for value in values]
        return min(verdicts, key=lambda verdict: _ORDER.index(verdict.check))

    def problems(self) -> Iterator[str]:
        """What was left out, for the operator."""
        if self._out_of_time:
            yield (
                f"comparing password hashes took longer than hash_time_budget ({self._seconds:g} s)"
                f" and {self._out_of_time} accounts were left out: raise it"
            )
        for scheme in sorted(self._schemes_missing):
            yield (
                f"some password hashes of scheme {scheme} could not be compared: they are damaged,"
                " or the library for them is not installed (argon2-cffi, bcrypt) or not known"
            )

    def _compare(self, value: bytes, login: str) -> Verdict:
        scheme = _scheme(value)
        try:
            verify = _verifier(value)
            found = verify is not None and any(
                verify(candidate.replace(LOGIN, login)) for candidate in self._candidates
            )
        except Exception:  # a hash that is broken raises all sorts, and may name itself
            verify, found = None, False
        if verify is None:
            self._schemes_missing.add(scheme)
            return Verdict(check=PasswordCheck.NOT_TRIED, scheme=scheme)
        check = PasswordCheck.MATCH if found else PasswordCheck.NO_MATCH
        return Verdict(check=check, scheme=scheme)


# A match says most; of the rest, what could not be tried must not look like a clean bill.
_ORDER = (PasswordCheck.MATCH, PasswordCheck.NOT_TRIED, PasswordCheck.NO_MATCH)

# userPassword scheme (RFC 2307, and OpenLDAP's own modules) -> passlib's name of its format
_LDAP = {
    "SSHA": "ldap_salted_sha1",
    "SHA": "ldap_sha1",
    "SMD5": "ldap_salted_md5",
    "MD5": "ldap_md5",
    "SSHA256": "ldap_salted_sha256",
    "SSHA512": "ldap_salted_sha512",
    "PBKDF2": "ldap_pbkdf2_sha1",
    "PBKDF2-SHA256": "ldap_pbkdf2_sha256",
    "PBKDF2-SHA512": "ldap_pbkdf2_sha512",
}

# crypt(3) prefix -> passlib's name
_CRYPT = {
    "$1$": "md5_crypt",
    "$5$": "sha256_crypt",
    "$6$": "sha512_crypt",
    "$2a$": "bcrypt",
    "$2b$": "bcrypt",
    "$2y$": "bcrypt",
}


def _scheme(value: bytes) -> str:
    """The scheme's name in capitals: "SSHA"; of crypt also its kind: "CRYPT $6$"."""
    head, brace, rest = value.partition(b"}")
    if not (brace and head.startswith(b"{")):
        return CLEARTEXT
    name = head[1:].decode("ascii", "replace").upper()
    return f"CRYPT {_crypt_prefix(rest)}".strip() if name == "CRYPT" else name


def _crypt_prefix(rest: bytes) -> str:
    parts = rest.decode("ascii", "replace").split("$")
    return f"${parts[1]}$" if len(parts) > 2 and not parts[0] else ""


def _verifier(value: bytes) -> Callable[[str], bool] | None:
    """What tells whether a password is the one of this value; None: the scheme is not known."""
    scheme, rest = _scheme(value), value.decode("ascii", "replace").partition("}")[2]
    if scheme == CLEARTEXT:
        return lambda password: hmac.compare_digest(value, password.encode())
    if scheme == "ARGON2":
        return _passlib("argon2", rest)
    if scheme.startswith("CRYPT"):
        return _passlib(_crypt_name(rest), rest)
    if scheme == "PBKDF2-SHA1":  # OpenLDAP's other name for it
        return _passlib(_LDAP["PBKDF2"], "{PBKDF2}" + rest)
    return _passlib(_LDAP[scheme], f"{{{scheme}}}{rest}") if scheme in _LDAP else None


def _always() -> bool:
    return True


def _crypt_name(rest: str) -> str:
    """passlib's name of a crypt(3) hash; "" for a kind that it does not know."""
    if not rest.startswith("$"):
        # Without a prefix: DES, which libxcrypt lengthens for passwords of more than 8 characters.
        return "des_crypt" if len(rest) == 13 else "bigcrypt"
    return _CRYPT.get(_crypt_prefix(rest.encode()), "")


def _passlib(name: str, stored: str) -> Callable[[str], bool] | None:
    scheme: Any = getattr(schemes, name) if name else None
    if scheme is None or not getattr(scheme, "has_backend", _always)():
        return None  # its library is not installed
    return lambda password: bool(scheme.verify(password, stored))
