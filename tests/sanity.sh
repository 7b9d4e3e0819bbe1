#!/usr/bin/env bash
# ansible-test sanity on a copy of the product's files, for it wants a path that ends in
# ansible_collections/civic/mailbox and a git repository. Its virtual environments stay in .venv.
#
#     tests/sanity.sh .venv/bin
set -euo pipefail

# Those that ruff, ansible-lint and antsibull-changelog do not do, and that need no compiler.
TESTS=(
  action-plugin-docs compile empty-init import line-endings no-get-exception no-illegal-filenames
  no-smart-quotes replace-urlopen runtime-metadata shebang symlinks use-argspec-type-path
  use-compat-six validate-modules
)
PRODUCT=(changelogs galaxy.yml LICENSE meta playbooks plugins README.md roles tests/config.yml)

bin=$(cd "$1" && pwd)
home=${bin%/bin}/home
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
version=$("$bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')

# ansible-test would fetch a script that installs pip; Python brings one along.
pip_version=$("$bin/python" -c '
import sys, types
from ansible_test._internal.python_requirements import get_venv_packages
print(get_venv_packages(types.SimpleNamespace(version=sys.argv[1]))["pip"])' "$version")
mkdir -p "$home/.ansible/test/cache"
echo 'import ensurepip; ensurepip.bootstrap()' \
  >"$home/.ansible/test/cache/get_pip_${pip_version//./_}.py"

root=$copy/ansible_collections/civic/mailbox
mkdir -p "$root"
git ls-files -z --cached --others --exclude-standard -- "${PRODUCT[@]}" |
  while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
  tar --create --null --files-from=- | tar --extract --directory "$root"
cd "$root"
git init --quiet
git add --all
HOME=$home ANSIBLE_HOME=$home PATH=$bin:$PATH \
  ansible-test sanity --color no --python "$version" "${TESTS[@]/#/--test=}"
