# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Calls the function that the command line names, with its keywords as JSON: see running.calling.

python -m tests.bench.call tests.bench.read:search '{"uri": ...}'
"""

import json
import sys
from importlib import import_module


def main(where, settings):
    """Import and call."""
    module, _, name = where.partition(":")
    getattr(import_module(module), name)(**json.loads(settings))


if __name__ == "__main__":
    main(*sys.argv[1:])
