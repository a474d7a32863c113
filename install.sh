#!/bin/sh
# Installs what Tollgate needs, starts it in the background and says how to call it. Running it again changes nothing
# that is there: data and keys stay.
set -eu

usage() {
  cat <<'TEXT'
Usage: ./install.sh [--no-start | --stop | --status | --docker | --service | --uninstall [--purge] | --help]

  (nothing)    install what is missing, start the gateway if it is not running, print its URLs and key
  --no-start   only install
  --stop       stop the gateway; streams in flight may finish within TOLLGATE_GRACE (30s)
  --status     say whether it is running: exit code 0 when it is, 3 when it is not
  --docker     start it and a Postgres in containers, with secrets made here; docker-compose.yml
  --service    install it as a systemd service with a user of its own; needs root, docs/deploy.md
  --uninstall  stop it and remove what was installed, in any of these ways; data and keys stay
  --purge      with --uninstall: remove data and keys as well

Settings come from the environment, such as TOLLGATE_PORT, TOLLGATE_ADMIN_PORT and TOLLGATE_DATA_DIR; all of them are
in docs/configuration.md.
TEXT
}

action=start
purge=no
case $#:$* in
  0:) ;;
  1:--no-start) action=install ;;
  1:--stop) action=stop ;;
  1:--status) action=status ;;
  1:--docker) action=docker ;;
  1:--service) action=service ;;
  1:--uninstall) action=uninstall ;;
  2:'--uninstall --purge')
    action=uninstall
    purge=yes
    ;;
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
. "$root/deploy/docker.sh"
. "$root/deploy/service.sh"
. "$root/deploy/uninstall.sh"

case $action in
  docker)
    start_containers
    exit
    ;;
  service)
    install_service
    exit
    ;;
  uninstall)
    uninstall
    exit
    ;;
esac

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
