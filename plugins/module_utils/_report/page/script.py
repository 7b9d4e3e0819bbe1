# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The page's script: the list of findings, its filters, and the pane for one finding.

Texts become text nodes and nothing else: no markup is ever made of a string.
"""

from __future__ import annotations

from .script_detail import DETAIL
from .script_list import LIST

SCRIPT = f"""
"use strict";
(() => {{
  const holder = document.getElementById("data");
  if (!holder) return;
{DETAIL}{LIST}}})();
"""
