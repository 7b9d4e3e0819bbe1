# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The errors that reach an operator.

MailboxError              says what failed, where, and what to do
  PolicyError             the policy file: file, line, key
  AnswerFormError         a unit's answer form: file, line, column
  RequestError            the requests to reopen mailboxes: file, line, key
  SnapshotError           a snapshot file that cannot be used
  DirectoryError          a directory server: connecting, binding, reading
  MailHostError           a mail host: Dovecot, Postfix, files
  WorkstationError        a workstation: policy files of browsers
  PlanError               a plan that cannot be carried out
  ResultError             holds what the module returns all the same
    EnforcementError      some changes failed; the result has those that did not
    ComparisonError       two runs differ in what a pipeline is to fail on
  JournalError            the journal of a run: not readable, held by another, disk full
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class MailboxError(Exception):
    """An error whose text is meant for the operator. It never holds a secret."""


class PolicyError(MailboxError):
    """The policy file says something that cannot be followed."""


class AnswerFormError(MailboxError):
    """An answer form says something that cannot be understood."""


class RequestError(MailboxError):
    """The file of requests says something that cannot be understood."""


class SnapshotError(MailboxError):
    """A snapshot file is missing, cut off or not one of ours."""


class DirectoryError(MailboxError):
    """A directory server could not be reached, refused us, or answered in part."""


class MailHostError(MailboxError):
    """A mail host could not be read."""


class WorkstationError(MailboxError):
    """A policy file of a browser cannot be read, understood or written."""


class PlanError(MailboxError):
    """A plan is not as it was made, too old, for another server, or past the limits."""


class JournalError(MailboxError):
    """The journal cannot be read, or not be written: then nothing is written to a server."""


class ResultError(MailboxError):
    """A failure after the work was done; `result` is what the module returns."""

    def __init__(self, message: str, result: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.result = result


class EnforcementError(ResultError):
    """Some changes failed; the result is that of all."""


class ComparisonError(ResultError):
    """Two runs differ in what the operator wants to fail on."""


def fault_of_line(error: Exception) -> str:
    """What is wrong with a line of JSON that could not be taken, without the parser's words."""
    if isinstance(error, json.JSONDecodeError):
        return "it is cut off or not JSON"
    if isinstance(error, KeyError):
        return f"it lacks {error.args[0]}"
    if isinstance(error, ValueError):
        return str(error)
    return "it is not as it is written here"
