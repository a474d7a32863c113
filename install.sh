#!/bin/sh
# Installs what Tollgate needs, starts it in the background and says how to call it. Running it again changes nothing
# that is there: data and keys stay.
set -eu

usage() {
  cat <<'TEXT'
Usage: ./install.sh [--no-start | --stop | --status | --help]

  (nothing)    install what is missing, start the gateway if it is not running, print its URLs and key
  --no-start   only install
  --stop       stop the gateway; streams in flight may finish within TOLLGATE_GRACE (30s)
  --status     say whether it is running: exit code 0 when it is, 3 when it is not

Settings come from the environment, such as TOLLGATE_PORT, TOLLGATE_ADMIN_PORT and TOLLGATE_DATA_DIR; all of them are
in docs/configuration.md.
TEXT
}

action=start
case $#:${1:-} in
  0:) ;;
  1:--no-start) action=install ;;
  1:--stop) action=stop ;;
  1:--status) action=status ;;
  1:--help | 1:-h)
    usage
    exit 0
    ;;
  *)
    printf 'install.sh: wrong use: %s\n\n' "$*" >&2
    usage >&2
    exit 2
    ;;
esac

self=$0
[ ! -L "$self" ] || self=$(readlink -f "$self")
root=$(cd "$(dirname "$self")" && pwd -P)

. "$root/bin/node.sh"
. "$root/bin/dependencies.sh"

if [ "$action" = stop ] || [ "$action" = status ]; then
  # A gateway that runs was installed; without packages there is none.
  if [ ! -d "$root/node_modules/zod" ]; then
    say 'Tollgate is not installed here.'
    [ "$action" = stop ] && exit 0
    exit 3
  fi
  find_node
else
  [ "$(id -u)" != 0 ] || say 'Warning: this runs as root. It works; an ordinary user is safer.'
  find_node
  install_dependencies production
  generate_client
fi

if [ "$action" = install ]; then
  say 'Installed. Run ./install.sh to start it.'
  exit 0
fi

exec "$node" "$root/bin/service.ts" "$action"
