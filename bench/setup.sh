#!/bin/sh
# Makes what the benchmark needs in the given folder: the mock provider and the load generator (needs a C compiler),
# Portkey, and by apt, when root, wrk, nginx and haproxy. Quick when all is there; what cannot be had is said and
# its rows are left out.
# usage: sh bench/setup.sh FOLDER
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
. "$root/bin/node.sh"
folder=$1
mkdir -p "$folder/build" "$folder/portkey" "$folder/nginx" "$folder/nginx-nobuf"

install_missing() {
  missing=
  command -v gcc >/dev/null || missing='gcc libc6-dev'
  command -v wrk >/dev/null || missing="$missing wrk"
  command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
  command -v haproxy >/dev/null || [ -x /usr/sbin/haproxy ] || missing="$missing haproxy"
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    say "Not installed, and only root with apt can do it here: $missing"
    return 0
  fi
  say "Installing $missing …"
  DEBIAN_FRONTEND=noninteractive
  export DEBIAN_FRONTEND
  # shellcheck disable=SC2086 # one word a package
  if ! { apt-get update -qq && apt-get install -qq -y --no-install-recommends $missing; } >&2; then
    say "Some of these could not be installed: $missing"
  fi
}

compile() {
  [ -z "$(find "$folder/build/$1" -newer "$root/bench/$2" 2>/dev/null)" ] || return 0
  gcc -O2 -o "$folder/build/$1" "$root/bench/$2" || fail "bench/$2 does not compile: is gcc installed?"
}

# 1.15.2 answers 500 to streams with later versions of @hono/node-server than 1.14: the oldest in its range is pinned.
install_portkey() {
  [ ! -f "$folder/portkey/node_modules/@portkey-ai/gateway/build/start-server.js" ] || return 0
  command -v npm >/dev/null || { say 'Portkey is left out: npm was not found.'; return 0; }
  say 'Installing Portkey …'
  printf '%s\n' '{"private":true,"type":"module","overrides":{"@hono/node-server":"1.3.3","hono":"4.9.7"}}' \
    >"$folder/portkey/package.json"
  find_node
  (cd "$folder/portkey" && run_npm install --save-exact @portkey-ai/gateway@1.15.2) || say 'Portkey could not be installed.'
}

install_missing
compile mock upstream/mock.c
compile lg load/lg.c
install_portkey
