# Installs the packages and generates the database client, when they are not there yet. Source bin/node.sh first.
# shellcheck shell=sh

# $1: `production`, or `development` with what tests and checks need. More than asked for is fine.
install_dependencies() {
  "$node" "$root/bin/dependencies-match.ts" "$1" && return
  need_npm
  say 'Installing packages …'
  case $1 in
    production) with=--omit=dev ;;
    *) with=--include=dev ;;
  esac
  (cd "$root" && run_npm ci "$with" --include=optional) || fail 'npm could not install the packages; its message stands above.'
}

# The client is made from the schema, without network: the engine named here is never started.
generate_client() {
  sum=$(cat "$root/prisma/schema.prisma" "$root/prisma.config.ts" "$root/package-lock.json" | cksum)
  stamp=$root/src/generated/.stamp
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && return
  say 'Generating the database client …'
  sh "$root/bin/generate" >&2 || fail 'the database client could not be generated.'
  printf '%s\n' "$sum" >"$stamp"
}
