# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""LDAP result codes (RFC 4511, 4.1.9 and appendix A): what they mean to an operator."""

from __future__ import annotations

SUCCESS = 0
TIME_LIMIT_EXCEEDED = 3
SIZE_LIMIT_EXCEEDED = 4
COMPARE_FALSE = 5
COMPARE_TRUE = 6
NO_SUCH_ATTRIBUTE = 16
UNDEFINED_ATTRIBUTE_TYPE = 17
ATTRIBUTE_OR_VALUE_EXISTS = 20
NO_SUCH_OBJECT = 32
INVALID_CREDENTIALS = 49
INSUFFICIENT_ACCESS_RIGHTS = 50
BUSY = 51
ASSERTION_FAILED = 122  # RFC 4528

_NAMES = {
    1: "operationsError",
    2: "protocolError",
    TIME_LIMIT_EXCEEDED: "timeLimitExceeded",
    SIZE_LIMIT_EXCEEDED: "sizeLimitExceeded",
    COMPARE_FALSE: "compareFalse",
    COMPARE_TRUE: "compareTrue",
    7: "authMethodNotSupported",
    8: "strongerAuthRequired",
    10: "referral",
    11: "adminLimitExceeded",
    12: "unavailableCriticalExtension",
    13: "confidentialityRequired",
    NO_SUCH_ATTRIBUTE: "noSuchAttribute",
    UNDEFINED_ATTRIBUTE_TYPE: "undefinedAttributeType",
    18: "inappropriateMatching",
    19: "constraintViolation",
    ATTRIBUTE_OR_VALUE_EXISTS: "attributeOrValueExists",
    21: "invalidAttributeSyntax",
    NO_SUCH_OBJECT: "noSuchObject",
    34: "invalidDNSyntax",
    48: "inappropriateAuthentication",
    INVALID_CREDENTIALS: "invalidCredentials",
    INSUFFICIENT_ACCESS_RIGHTS: "insufficientAccessRights",
    BUSY: "busy",
    52: "unavailable",
    53: "unwillingToPerform",
    65: "objectClassViolation",
    80: "other",
    ASSERTION_FAILED: "assertionFailed",
}

_LIMITS = (
    "raise the limits of the account that binds"
    " (OpenLDAP: olcLimits with size=unlimited time=unlimited;"
    " 389-DS: nsSizeLimit, nsLookThroughLimit, nsPagedSizeLimit, nsPagedLookThroughLimit and"
    " nsTimeLimit -1 in its entry;"
    " Active Directory: MaxQueryDuration for all, and page_size above 0)"
)
_TLS_FIRST = "use ldaps:// or start_tls: true"

_WAYS_OUT = {
    1: "it gave up: its log may say why, or its time limit (Samba: MaxQueryDuration) was reached",
    TIME_LIMIT_EXCEEDED: f"its time limit was reached: {_LIMITS}",
    SIZE_LIMIT_EXCEEDED: f"its size limit was reached: {_LIMITS}",
    8: f"it wants a protected connection: {_TLS_FIRST}",
    10: "another server holds this: name that one in server_uri",
    11: f"a limit set by its administrator was reached: {_LIMITS}",
    12: "it lacks an LDAP control that is needed here, or this account may not use it",
    13: f"it wants a protected connection: {_TLS_FIRST}",
    NO_SUCH_ATTRIBUTE: "the value is not there any more: somebody changed it in between",
    UNDEFINED_ATTRIBUTE_TYPE: "it does not know this attribute: load the schema that has it",
    19: "its rules do not allow this value: look at its password policies and constraints",
    ATTRIBUTE_OR_VALUE_EXISTS: "the value is there already: somebody set it in between",
    21: "the attribute does not take such a value: its schema says which",
    NO_SUCH_OBJECT: "the entry does not exist, or the account that binds may not see it",
    34: "this is no DN: correct search_base or bind_dn",
    48: "this account cannot bind with a password: check bind_dn",
    INVALID_CREDENTIALS: (
        "bind_dn and bind_pw do not fit, or that account is locked or its password has expired"
    ),
    INSUFFICIENT_ACCESS_RIGHTS: "give the account that binds the right to read this",
    BUSY: "it is busy: run it again later",
    52: "it is shutting down or not ready: run it again later",
    53: "it does not do this: is it a copy that takes no writes? Name the one that does",
    65: "the entry's object classes do not allow this attribute: add the class that does",
    ASSERTION_FAILED: "the entry is not as it was when it was read: read it again",
}


def name_of(code: int) -> str:
    """The code with its name in the standard, e.g. "sizeLimitExceeded (4)"."""
    return f"{_NAMES.get(code, 'result')} ({code})"


def way_out(code: int) -> str:
    """What the code means here and what to do, or "" where nothing can be said in general."""
    return _WAYS_OUT.get(code, "")
