# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Exemptions: who need not follow a control, who approved it, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

try:
    import jmespath
    from jmespath.exceptions import ArityError, JMESPathError, UnknownFunctionError
    from jmespath.parser import ParsedResult

    HAS_JMESPATH = True
except ImportError:
    HAS_JMESPATH = False

from .section import Section

# What a selector can look at, of an account; other subjects have some of these.
FACTS = ("mail", "addresses", "login", "name", "unit", "dn")


@dataclass(frozen=True, kw_only=True)
class Approval:
    """Who approved what the policy forbids, in force up to and including the day it expires."""

    reason: str
    approver: str
    expires: date

    def is_expired(self, today: date) -> bool:
        """Whether it is no longer in force on `today` (in the office's time zone)."""
        return today > self.expires


@dataclass(frozen=True, kw_only=True)
class Exemption(Approval):
    """One approved exception from a control."""

    control: str
    select: str  # JMESPath over the subject's facts; true means: covered
    expression: ParsedResult

    def covers(self, control: str, facts: Mapping[str, Any]) -> bool:
        """Whether it speaks of this control and this subject, in force or not."""
        if control != self.control:
            return False
        try:
            return self.expression.search(facts) is True
        except JMESPathError:  # e.g. a function given a value that this subject does not have
            return False


def exempt_by(
    exemptions: Iterable[Exemption], control: str, facts: Mapping[str, Any], today: date
) -> str:
    """Which exemption is in force for this subject, in words; "": none."""
    for one in exemptions:
        if one.covers(control, facts) and not one.is_expired(today):
            until = one.expires.isoformat()
            return f"exempt until {until}, approved by {one.approver}: {one.reason}"
    return ""


def read_exemption(section: Section, known_controls: tuple[str, ...]) -> Exemption | None:
    """The exemption that an entry of the policy file states; None when it has mistakes."""
    before = len(section.mistakes)
    control = section.choice("control", known_controls, default="")
    if not section.has("control"):
        section.mistake(None, "the key control is required")
    select = section.text("select", required=True)
    approval = read_approval(section)
    expression = _compiled(section, select)
    section.finish()
    if len(section.mistakes) > before or expression is None or approval is None:
        return None
    return Exemption(
        control=control,
        select=select,
        expression=expression,
        reason=approval.reason,
        approver=approval.approver,
        expires=approval.expires,
    )


def read_approval(section: Section) -> Approval | None:
    """The approval that an entry of the policy file states; None when it has mistakes."""
    before = len(section.mistakes)
    expires = section.day("expires", required=True)
    reason = section.text("reason", required=True)
    approver = section.text("approver", required=True)
    if len(section.mistakes) > before or expires is None:
        return None
    return Approval(reason=reason, approver=approver, expires=expires)


def _fields(node: Mapping[str, Any]) -> Iterator[str]:
    """The names that an expression's syntax tree asks the facts for."""
    if node["type"] == "field":
        yield node["value"]
    for child in node["children"]:
        if isinstance(child, dict):  # a slice has numbers
            yield from _fields(child)


def _compiled(section: Section, select: str) -> ParsedResult | None:
    if not HAS_JMESPATH:
        section.mistake("select", "needs jmespath on the control node: pip install jmespath")
        return None
    try:
        expression = _tried(select) if select else None
    except (ValueError, RecursionError) as error:  # JMESPathError is a ValueError
        reason = " ".join(str(error).split())
        section.mistake("select", f"{select!r} is no JMESPath expression: {reason}")
        return None
    unknown = (
        [name for name in _fields(expression.parsed) if name not in FACTS] if expression else []
    )
    if unknown:
        known = ", ".join(FACTS)
        section.mistake("select", f"no subject has {', '.join(unknown)}; known are {known}")
    return expression


def _tried(select: str) -> ParsedResult:
    """The expression, which has to know its functions: that shows only when it is used.

    Raises ValueError when that is not so.
    """
    expression = jmespath.compile(select)
    try:
        expression.search(dict.fromkeys(FACTS, ""))
    except (ArityError, UnknownFunctionError):
        raise
    except JMESPathError:  # true of these facts, which are nobody's
        pass
    return expression
