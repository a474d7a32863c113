#!/bin/sh
# npm run prove:clients: installs the clients into a temporary folder and runs them against a gateway of its own. With
# TOLLGATE_CLIENTS=folder they stay there, and a second run is faster. --show tells what each client sends; see prove.ts
# for ONLY.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd -P)
. "$root/bin/node.sh"
. "$root/bin/dependencies.sh"

find_node
install_dependencies development
generate_client

kept=${TOLLGATE_CLIENTS:-}
folder=${kept:-$(mktemp -d)}
clean_up() { [ -n "$kept" ] || rm -rf "$folder"; }
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir -p "$folder"
rm -rf "$folder/clients"
cp -R "$root/test/clients/clients" "$folder"
if ! cmp -s "$root/test/clients/package-lock.json" "$folder/node_modules/.installed"; then
  say 'Installing the clients …'
  cp "$root/test/clients/package.json" "$root/test/clients/package-lock.json" "$folder"
  (cd "$folder" && run_npm ci --include=optional) || fail "the clients could not be installed; npm's message stands above."
  cp "$folder/package-lock.json" "$folder/node_modules/.installed"
fi

# The embedded database is part of the proof; settings of whoever runs it are not.
unset DATABASE_URL REDIS_URL
cd "$root"
"$node" test/clients/prove.ts "$folder" "$@"
