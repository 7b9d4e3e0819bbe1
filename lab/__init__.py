# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lab: real OpenLDAP, Dovecot and Postfix servers, thrown away after use.

It needs root, the servers' Debian packages and the standard library; nothing else.
"""
