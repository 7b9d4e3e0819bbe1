#!/usr/bin/python
# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from ..module_utils._module.runner import MailboxModule
from ..module_utils._module.spam_handling import ARGUMENTS, follow


def main():
    MailboxModule(ARGUMENTS).run(follow)


if __name__ == "__main__":
    main()
