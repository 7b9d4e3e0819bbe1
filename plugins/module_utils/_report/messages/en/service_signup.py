# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The control service-signup in English."""

from __future__ import annotations

from ...._core.controls.service_signup import SERVICE_SIGNUP as CONTROL
from ...texts import ControlWords, text_of

SERVICE_SIGNUP = ControlWords(
    text=text_of(CONTROL, short="Sign-ups, junk"),
    advice={
        "service-signup.some": "Ask the owner; have the address taken out there",
        "service-signup.newsletters": "Ask the owner; have the address taken out there",
        "service-signup.untreated": "Run civic.mailbox.enforce",
        "service-signup.not-reported": "Run civic.mailbox.spam_handling on the mail host",
        "service-signup.no-filter": "Install rspamd or SpamAssassin, or exempt the host",
        "service-signup.no-junk-to-learn": "Run civic.mailbox.spam_handling on the mail host",
        "service-signup.no-junk": "Run civic.mailbox.spam_handling on the mail host",
        "service-signup.no-trash": "Run civic.mailbox.spam_handling on the mail host",
        "service-signup.kept": "Run civic.mailbox.spam_handling on the mail host",
        "service-signup.kept-long": "Change it where Dovecot's own configuration says it",
        "service-signup.not-warned": "Run civic.mailbox.spam_handling on the mail host",
        "service-signup.no-quota": "Set a quota, or quota_warning_percent to 0",
        "service-signup.quotas-unread": "Mend the reading, then audit again",
        "service-signup.no-dovecot": "Look at the host, or take it out of mail_servers",
        "service-signup.nearly-full": "Have the owner delete junk and empty the trash",
    },
)
