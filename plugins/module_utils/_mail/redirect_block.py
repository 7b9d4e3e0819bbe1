# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The server-side block of redirected mail, as the servers' configuration has it.

Dovecot hands what Sieve scripts send to a listener of Postfix that is for nothing else, and gives
redirects and notifications an envelope sender of their own. The listener takes mail to inside
addresses from any sender, and mail to outside ones only from inside senders that are not that one:
that leaves vacation replies, which get their user as the sender. The null sender is refused like
any other, for what redirects a bounce has it too.

What Dovecot itself sends with the null sender would be lost then without a word: it takes a refusal
for done. So Sieve has no "reject" (a script with it does not run, its mail is kept), and a full
mailbox is a matter for the queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HOST = "127.0.0.1"
PROTOCOLS = ("lmtp", "lda", "imap")  # those in which Dovecot runs Sieve
LDA_SETTINGS = {"quota_full_tempfail": "yes"}  # LMTP answers by itself and sends nothing
REFUSAL = "Redirected mail does not leave this system"
FILE = "civic_mailbox_forwarding_block.conf"
RECIPIENTS, SENDERS = "civic_mailbox_redirect_recipients", "civic_mailbox_redirect_senders"

_HEADER = (
    "# Made by the Ansible module civic.mailbox.forwarding_block: change it with that module, not\n"
    "# by hand.\n"
)


@dataclass(frozen=True, kw_only=True)
class RedirectBlock:
    """What is to be blocked and what is not."""

    domains: tuple[str, ...]  # lower-case ASCII; where mail may be redirected to
    sender: str  # lower-case address: envelope sender of what is redirected
    port: int  # of loopback, where the listener is

    @property
    def listener(self) -> str:
        """As "127.0.0.1:10587"."""
        return f"{HOST}:{self.port}"

    def dovecot_settings(self, *, extensions: str | None) -> Mapping[str, str]:
        """The settings that hold in every protocol, some in a section: "SECTION/SETTING".

        `extensions` is what sieve_extensions of Dovecot 2.3 was before; None: it is 2.4 or later.
        """
        envelope = {
            "sieve_redirect_envelope_from": f"<{self.sender}>",
            "sieve_notify_mailto_envelope_from": f"<{self.sender}>",
            "sieve_vacation_send_from_recipient": "yes",
        }
        listener = {"submission_host": self.listener, "submission_ssl": "no"}
        if extensions is None:
            return {**listener, **envelope, "sieve_extensions/reject": "no"}
        own = {**envelope, "sieve_extensions": _without_reject(extensions)}
        return {**listener, **{f"plugin/{name}": value for name, value in own.items()}}

    def dovecot_text(self, *, extensions: str | None) -> str:
        """The file that Dovecot includes."""
        sections: dict[str, list[str]] = {}
        for name, value in self.dovecot_settings(extensions=extensions).items():
            section, _, setting = name.rpartition("/")
            # A bare "<" would mean "what is in the file of this name".
            written = f'"{value}"' if value.startswith("<") else value
            sections.setdefault(section, []).append(f"{setting} = {written}")
        for name, value in LDA_SETTINGS.items():
            sections.setdefault("protocol lda", []).append(f"{name} = {value}")
        top = "".join(f"{line}\n" for line in sections.pop(""))
        return f"{_HEADER}{top}" + "".join(
            f"{name} {{\n" + "".join(f"  {line}\n" for line in lines) + "}\n"
            for name, lines in sections.items()
        )

    def recipients_text(self) -> str:
        """The table (regexp_table(5)) of those who may get redirected mail.

        Each domain counts for itself, and a local part that would lead on to another host by "%" or
        "!" is no inside address.
        """
        return _HEADER + "".join(_own(domain) for domain in self.domains)

    def senders_text(self) -> str:
        """The table of the senders of all other mail through the listener."""
        refused = f"554 5.7.1 {REFUSAL}"
        name, _, domain = self.sender.partition("@")
        own = "".join(map(_own, self.domains))
        return f"{_HEADER}/^{_literal(name)}@{_literal(domain)}$/ {refused}\n{own}/^/ {refused}\n"

    def service(self, folder: str) -> tuple[str, ...]:
        """The listener's lines in master.cf(5); `folder` has the tables."""
        return (
            f"{self.listener} inet n - n - - smtpd",
            *(f"  -o {name}={value}" for name, value in self.service_settings(folder).items()),
        )

    def service_settings(self, folder: str) -> Mapping[str, str]:
        """Those of the listener's parameters that are not main.cf's."""
        return {
            "syslog_name": "postfix/redirect",
            "mynetworks": "127.0.0.0/8",
            "smtpd_tls_security_level": "none",
            "smtpd_sasl_auth_enable": "no",
            "smtpd_client_restrictions": "permit_mynetworks,reject",
            "smtpd_helo_restrictions": "",
            "smtpd_sender_restrictions": "",
            "smtpd_relay_restrictions": "permit_mynetworks,reject",
            "smtpd_recipient_restrictions": (
                f"check_recipient_access,regexp:{folder}/{RECIPIENTS},"
                f"check_sender_access,regexp:{folder}/{SENDERS},reject"
            ),
        }

    def probes(self) -> tuple[tuple[str, str, bool], ...]:
        """Envelope sender, recipient, and whether the listener must refuse the two together."""
        inside, outside = f"someone@{self.domains[0]}", "someone@outside.invalid"
        if inside == self.sender:
            inside = f"anyone@{self.domains[0]}"
        return (
            (self.sender, outside, True),
            ("", outside, True),
            (outside, outside, True),
            (self.sender, f"someone%outside.invalid@{self.domains[0]}", True),
            (self.sender, inside, False),
            (inside, outside, False),
        )


def _without_reject(extensions: str) -> str:
    # A list without signs names all that there is: there, "-" would be too weak.
    kept = (name for name in extensions.split() if name.lstrip("+-") != "reject")
    return " ".join((*kept, "-reject"))


def _own(domain: str) -> str:
    return f"/^[^@%!]+@{_literal(domain)}$/ OK\n"


def _literal(text: str) -> str:
    return text.replace(".", r"\.").replace("+", r"\+")
