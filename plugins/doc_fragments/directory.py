# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How to reach a directory server: the options of _module/directory_options.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  server_uri:
    description:
      - The server, as V(ldap://HOST), V(ldaps://HOST) (each with V(:PORT) where it is not the usual
        one) or V(ldapi://PATH) with V(%2F) for each slash of the socket's path.
      - The host has to be named as the server's certificate names it.
    type: str
    required: true
  bind_dn:
    description:
      - DN to bind as. Read rights are enough for a module that only reads.
      - Where it is not given, the environment variable E(MAILBOX_BIND_DN) has it, as a credential
        of AWX sets it. Without that and without O(sasl_class) the bind is anonymous.
    type: str
  bind_pw:
    description:
      - Password of O(bind_dn). Keep it in a vault.
      - Where it is not given, the environment variable E(MAILBOX_BIND_PW) has it.
    type: str
  sasl_class:
    description:
      - V(external) lets the server tell who it is by O(client_cert), or over C(ldapi) by the user
        of this process.
      - V(gssapi) is by the Kerberos ticket of this process, as C(kinit) gets one. It needs the
        Python library gssapi.
      - Takes the place of O(bind_dn) and O(bind_pw).
    type: str
    choices: [external, gssapi]
  start_tls:
    description: Protect an C(ldap) connection by StartTLS before the bind.
    type: bool
    default: false
  validate_certs:
    description:
      - Check the server's certificate and its host name. Without it anybody on the way can pass for
        the server and read the password.
    type: bool
    default: true
  ca_path:
    description:
      - File or folder with the certificates of the authorities to trust, in PEM. By default those
        of the system.
    type: path
  client_cert:
    description: Certificate to show to the server, in PEM.
    type: path
  client_key:
    description: Private key of O(client_cert), in PEM and without a password, where it is not in
      the same file.
    type: path
  connect_timeout:
    description: Seconds that connecting may take.
    type: int
    default: 10
  receive_timeout:
    description: Seconds within which something whole has to come of the server, an entry for
      instance, however it is dribbled. The whole reading may take longer.
    type: int
    default: 60
requirements:
  - ldap3 >= 2.9.1
"""
