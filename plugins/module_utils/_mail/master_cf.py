# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""Settings that services of a master.cf (master(5)) have of their own: put in, and taken out.

Each is a line of its own after all others of its service, for the last one holds. So nothing that
stood there before is touched, and taking the lines out leaves it to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .._core.errors import MailHostError

_ENTRY = re.compile(r"(?P<service>[^\s#]\S*)\s+(?P<type>\S+)\s")

Options = Mapping[str, Mapping[str, str]]  # "SERVICE/TYPE" -> setting -> value


def with_options(text: str, wanted: Options) -> str:
    """The text with these settings. Raises MailHostError for a service that is not there once."""
    for service, settings in wanted.items():
        _, end = _place_of(text, service)
        lines = "".join(f"\n  -o {name}={value}" for name, value in settings.items())
        text = text[:end] + lines + text[end:]
    return text


def without_options(text: str, given: Mapping[str, Mapping[str, Iterable[str]]]) -> str:
    """The text without these settings, where they still have one of these values."""
    for service, settings in given.items():
        try:
            start, end = _place_of(text, service)
        except MailHostError:
            continue  # the service is gone, and its settings with it
        entry = text[start:end]
        for name, values in settings.items():
            for value in values:
                entry = _without(entry, name, value)
        text = text[:start] + entry + text[end:]
    return text


def _without(entry: str, name: str, value: str) -> str:
    line = rf"\n[ \t]+-o[ \t]+{re.escape(name)}={re.escape(value)}[ \t]*(?=\n|\Z)"
    found = list(re.finditer(line, entry))
    return entry[: found[-1].start()] + entry[found[-1].end() :] if found else entry


def _place_of(text: str, service: str) -> tuple[int, int]:
    """Where the entry of a service begins, and where its last line ends."""
    places = []
    begin, entry, position = 0, None, 0
    end = 0
    for line in text.split("\n"):
        is_ignored = not line.strip() or line.lstrip().startswith("#")
        if not is_ignored:
            if not line[0].isspace():
                if entry == service:
                    places.append((begin, end))
                found = _ENTRY.match(line)
                entry, begin = (f"{found['service']}/{found['type']}" if found else None), position
            end = position + len(line)
        position += len(line) + 1
    if entry == service:
        places.append((begin, end))
    if len(places) != 1:
        raise MailHostError(f"{service} is there {len(places)} times in master.cf, and not once")
    return places[0]
