# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Snapshots: JSON lines, one file for each server read, `snapshot/<kind>-<name>.jsonl`.

First line, then any number of records, last line:

    {"record": "header", "schema": 1, "kind": "accounts" | "mail", "name": inventory name,
     "server": URI or host, "software": "OpenLDAP 2.5.13", "dialect": "openldap" (accounts only),
     "started_at": our time, "server_time": the server's own, or null}
    {"record": "policy", ...}   kind accounts, before the accounts: a PasswordPolicy
    {"record": "account", ...}  kind accounts: an Account
    {"record": "sign_in", "mail": ..., "at": ..., "source": "dovecot", "detail": "imap"}  kind mail
    {"record": "forward", "mail": whose mail goes on, "address": ..., "channel": ..., "source": ...,
     "active": ..., "opaque": ...}                                                       kind mail
    {"record": "problem", "field": Account field or "", "subject": address, DN or "",
     "message": ...}            a part that could not be read or understood
    {"record": "end", "complete": true | false, "ended_at": ..., "counts": {record: number},
     "unread": [{"field": Account field, "unit": unit or null for all, "reason": ...}],
     "newest_sign_in": {source: time}, "message": why it is not complete, or ""}

Keys are the field names of account.py; a key that is absent has the dataclass's default. Times are
"2019-01-08T01:02:03Z" (UTC, whole seconds), durations whole seconds, sets sorted lists.
A file without its end record was cut off; one whose end says complete: false holds a part only.
A gatherer that fails still writes header and end (complete: false, message), so that the assessment
knows the witness that is missing.
"""
