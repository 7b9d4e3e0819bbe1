# Copyright (c) 2026, The civic.mailbox contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What doveconf of each release prints of the same, as these printed it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.civic.mailbox.plugins.module_utils._mail.junk_settings import (
    Folder,
    Junk,
    of_new,
    of_old,
)
from ansible_collections.civic.mailbox.plugins.module_utils._mail.settings import read_settings

PLUGINS = frozenset({"quota", "imap_sieve"})
OLD = r"""
namespace {
  location =
  prefix = shared.
  mailbox Junk {
    special_use = \Junk
  }
}
namespace inbox {
  inbox = yes
  location =
  mailbox "Spam Mail" {
    autoexpunge = 1 hours
    special_use = \Junk \Trash
  }
  mailbox A/B {
  }
  prefix = INBOX.
  separator = .
}
plugin {
  imapsieve_mailbox1_before = file:/s/report.sieve;bindir=/b
  imapsieve_mailbox1_causes = COPY APPEND
  imapsieve_mailbox1_name = INBOX.Spam Mail
  imapsieve_mailbox2_before = file:/s/flag.sieve
  imapsieve_mailbox2_causes = FLAG
  imapsieve_mailbox2_name = *
  imapsieve_mailbox3_before = file:/s/ham.sieve
  imapsieve_mailbox3_causes = COPY
  imapsieve_mailbox3_from = INBOX.Spam Mail
  imapsieve_mailbox3_name = *
  imapsieve_mailbox5_before = file:/s/never-reached.sieve
  imapsieve_mailbox5_name = *
  quota = count:User quota
  quota_rule = *:storage=100k
  quota_warning = storage=95%% quota-warning 95 %u
  quota_warning2 = storage=80%% quota-warning 80 %u
  quota_warning3 = -storage=100%% quota-below below %u
  sieve_pipe_bin_dir = /p
  sieve_plugins = sieve_imapsieve
}
"""
NEW = r"""
sieve_pipe_bin_dir = /p
sieve_plugins {
  sieve_imapsieve = yes
}
namespace inbox {
  inbox = yes
  prefix = INBOX.
  mailbox "Spam Mail" {
    special_use = "\\Junk \\Trash"
    sieve_script office {
      cause = copy append
      path = /s/report.sieve
      type = before
    }
    sieve_script flags {
      cause = flag
      path = /s/flag.sieve
      type = before
    }
  }
}
mailbox "Spam Mail" {
  autoexpunge = 1h
}
mailbox A/B {
}
quota "User quota" {
  storage_size = 100k
  quota_warning high {
    quota_storage_percentage = 95
    execute quota-warning {
      args = 95 %{user}
    }
  }
  quota_warning low {
    quota_storage_percentage = 80
    execute quota-warning {
    }
  }
  quota_warning below {
    quota_storage_percentage = 100
    quota_threshold = under
    execute quota-below {
    }
  }
}
"""
BOTH = pytest.mark.parametrize(
    ("read", "printed"), [(of_old, OLD), (of_new, NEW)], ids=["2.3", "2.4"]
)


def found(read, printed: str, plugins: frozenset[str] = PLUGINS) -> Junk:
    return read(read_settings(printed), plugins)


@BOTH
def test_folders_scripts_and_quotas_are_read_alike(read, printed):
    junk = found(read, printed)

    spam, other = junk.folders
    assert replace(spam, in_namespace=True) == Folder(
        name="Spam Mail", uses=("junk", "trash"), seconds=3600, scripts=("/s/report.sieve",)
    )
    assert (other.name, other.uses, other.seconds, other.scripts) == ("A/B", (), 0, ())
    assert (junk.inbox.name, junk.prefix) == ("inbox", "INBOX.")
    assert [(root.name, root.warnings) for root in junk.roots] == [("User quota", (95, 80))]
    assert (junk.pipe_folder, junk.runs_scripts) == ("/p", True)


@BOTH
def test_what_no_plugin_does_is_not_in_force(read, printed):
    junk = found(read, printed, frozenset())

    assert (junk.roots, junk.runs_scripts, junk.loads_imap_sieve) == ((), False, False)


@BOTH
def test_a_script_that_is_not_there_learns_nothing(read, printed, tmp_path):
    script = tmp_path / "report.sieve"
    junk = found(read, printed.replace("/s/report.sieve", str(script)))

    before = [folder.learns for folder in junk.seen().folders if folder.use == "junk"]
    script.touch()
    after = [folder.learns for folder in junk.seen().folders if folder.use == "junk"]

    assert (before, after) == ([False], [True])
    assert [folder.name for folder in junk.seen().folders] == ["INBOX.Spam Mail"] * 2


@BOTH
def test_of_nothing_nothing_is_said(read, printed):
    junk = found(read, "")

    assert (junk.inbox, junk.folders, junk.roots, junk.prefix) == (None, (), (), "")
    assert printed
