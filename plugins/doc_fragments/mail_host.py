# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The servers of a mail host: the options of _module/mail_host_options.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  dovecot:
    description: Whether to work on Dovecot. By default where it is installed.
    type: bool
  dovecot_config:
    description: Dovecot's configuration file. By default the one that Dovecot was built for.
    type: path
  postfix:
    description: Whether to work on Postfix. By default where it is installed.
    type: bool
  postfix_config:
    description: Folder of Postfix's C(main.cf). By default the one that Postfix was built for.
    type: path
  timeout:
    description: Longest time, in seconds, that one command of a server may take.
    type: int
    default: 60
"""
