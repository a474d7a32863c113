#!/bin/sh
# Writes the digest of each base image behind its tag, in Dockerfile and docker-compose.yml, as the registry has it now.
# Needs docker and the registry; run it when a tag changes, look at the difference, commit it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
. "$root/bin/node.sh"

# Prints sha256:… of the list of all platforms, so that the pin holds on each.
digest_of() {
  found=$(docker buildx imagetools inspect "$1" --format '{{.Manifest.Digest}}') || fail "the registry has no answer for $1."
  printf '%s\n' "$found" | grep -Eqx 'sha256:[0-9a-f]{64}' || fail "this is no digest of $1: $found"
  printf '%s\n' "$found"
}

# pin FILE PREFIX: the image stands in FILE between PREFIX and the end of its name, with or without a digest.
pin() {
  image=$(sed -n "s|.*$2\([A-Za-z0-9./:_-]*\).*|\1|p" "$root/$1")
  [ -n "$image" ] || fail "$1 names no image behind $2"
  digest=$(digest_of "$image")
  sed "s|\($2[A-Za-z0-9./:_-]*\)\(@sha256:[0-9a-f]*\)*|\1@$digest|" "$root/$1" >"$root/$1.new"
  cat "$root/$1.new" >"$root/$1"
  rm "$root/$1.new"
  say "$1: $image@$digest"
}

command -v docker >/dev/null 2>&1 || fail 'docker was not found: digests are asked of the registry, never made up.'
pin Dockerfile 'ARG NODE_IMAGE='
pin docker-compose.yml 'POSTGRES_IMAGE:-'
