#!/bin/sh
# npm test: gets everything the tests need, then runs them. Arguments go to vitest. A server that cannot be had costs the
# tests that need it: they are skipped by name, and with CI=true a skipped test is a failure.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
. "$root/bin/node.sh"
. "$root/bin/dependencies.sh"
. "$root/test/servers.sh"

find_node
install_dependencies development
generate_client

if TOLLGATE_TEST_POSTGRES15=$(debian_tool 'PostgreSQL 15' postgresql-15 /usr/lib/postgresql/15/bin/postgres); then
  export TOLLGATE_TEST_POSTGRES15
else
  unset TOLLGATE_TEST_POSTGRES15
  say 'There is no PostgreSQL 15 here: the tests that need it are skipped.'
fi

: "${TOLLGATE_FIXTURES:=$root/../shared/fixtures}"
export TOLLGATE_FIXTURES

cd "$root"
exec sh bin/with-node vitest run --reporter=default --reporter=./test/support/counts-reporter.ts "$@"
