# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This is private: it may change at any time.
"""The connection options of every module that talks to a directory server."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from ansible.module_utils.basic import env_fallback

from .._directory.access import Access

DIRECTORY_ARGUMENTS: dict[str, Any] = {
    "server_uri": {"type": "str", "required": True},
    "bind_dn": {"type": "str", "fallback": (env_fallback, ["MAILBOX_BIND_DN"])},
    "bind_pw": {
        "type": "str",
        "no_log": True,
        "fallback": (env_fallback, ["MAILBOX_BIND_PW"]),
    },
    "sasl_class": {"type": "str", "choices": ["external", "gssapi"]},
    "start_tls": {"type": "bool", "default": False},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path", "no_log": False},  # a path
    "connect_timeout": {"type": "int", "default": 10},
    "receive_timeout": {"type": "int", "default": 60},
}


def read_access(params: dict[str, Any]) -> Access:
    """How to reach the server. Raises DirectoryError when the options contradict each other."""
    return Access(
        uri=params["server_uri"],
        bind_dn=params["bind_dn"] or "",
        bind_pw=params["bind_pw"] or "",
        sasl_external=params["sasl_class"] == "external",
        sasl_gssapi=params["sasl_class"] == "gssapi",
        start_tls=params["start_tls"],
        validate_certs=params["validate_certs"],
        ca_path=params["ca_path"] or "",
        client_cert=params["client_cert"] or "",
        client_key=params["client_key"] or "",
        connect_timeout=params["connect_timeout"],
        receive_timeout=params["receive_timeout"],
    )


def warnings(access: Access) -> list[str]:
    """What an operator should know before the password is on its way."""
    if not access.bind_pw or stays_here(access.host):
        return []
    if not access.encrypted:
        return [f"{access.uri}: bind_pw goes over the network in clear: use ldaps:// or start_tls"]
    if not access.validate_certs and access.host:
        return [f"{access.uri}: validate_certs is off: anybody on the way can read bind_pw"]
    return []


def stays_here(host: str) -> bool:
    """Whether what goes to this host goes over no network."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
