# install.sh --uninstall [--purge]: removes what install.sh brought, in whichever way, and says what it kept. Source
# bin/node.sh, deploy/service.sh and deploy/docker.sh first.
# shellcheck shell=sh disable=SC2154 # root, node and purge are set by whoever sources this

kept=''
keep() {
  kept="$kept
  $1"
}

service_is_here() {
  [ -e "$unit" ] || [ -e "$program/$mark" ] || { [ "$purge" = yes ] && [ -e "$settings/tollgate.env" ]; }
}

remove_service() {
  service_is_here || return 0
  if [ "$(id -u)" != 0 ]; then
    keep 'the service, which only root can remove'
    return 0
  fi
  need_systemd --uninstall
  if [ -e "$unit" ]; then
    systemctl disable --quiet --now tollgate.service || fail 'systemd could not stop the service: systemctl status tollgate.'
    rm -f "$unit"
    systemctl daemon-reload
  fi
  [ ! -e "$program/$mark" ] || rm -rf "$program"
  [ ! -e "$settings/user-made" ] || remove_user
  if [ "$purge" = yes ]; then
    rm -rf "$settings" "$data"
    rmdir "$(dirname "$data")" 2>/dev/null || true
  else
    # A new user may get the old one's number, so what stays behind is root's until the next install.
    chown -R root:root "$data" "$settings"
    keep "$data   ledger, spool, keys"
    keep "$settings   settings, and the master key, without which the data cannot be read"
  fi
  say 'The service was removed.'
}

# A gateway that root starts by hand runs its database as the same user.
remove_user() {
  for folder in "$prefix/var/lib/tollgate"/*; do
    if [ -e "$folder" ] && [ "$folder" != "$data" ]; then
      keep "the system user $user, which $folder belongs to"
      return 0
    fi
  done
  userdel "$user" || fail "the system user $user could not be removed."
  rm -f "$settings/user-made"
}

remove_containers() {
  [ -d "$containers" ] || return 0
  need_engine
  if [ "$purge" = yes ]; then
    compose down --volumes --rmi local >&2 || fail 'docker could not remove the containers.'
    rm -rf "$containers"
  else
    compose down --rmi local >&2 || fail 'docker could not remove the containers.'
    keep 'the docker volumes tollgate_data and tollgate_postgres   ledger, spool, keys'
    keep "$containers   secrets, without which they cannot be read"
  fi
  say 'The containers were removed.'
}

# The database of a gateway that ran as root lies outside the data folder, in one that names it.
purge_data() {
  folder=${TOLLGATE_DATA_DIR:-$root/data}
  key=${TOLLGATE_MASTER_KEY_FILE:-$folder.key}
  if [ -d "$folder" ]; then
    real=$(cd "$folder" && pwd -P)
    for cluster in /var/lib/tollgate/*; do
      [ -f "$cluster/data-folder" ] || continue
      [ "$(cat "$cluster/data-folder")" != "$real" ] || rm -rf "$cluster"
    done
  fi
  rm -rf "$folder" "$key"
}

remove_local() {
  folder=${TOLLGATE_DATA_DIR:-$root/data}
  if [ -d "$root/node_modules/zod" ]; then
    find_node
    "$node" "$root/bin/service.ts" stop || exit $?
  fi
  if [ "$purge" = yes ]; then
    purge_data
  elif [ -d "$folder" ]; then
    keep "$folder   ledger, spool, keys"
    keep "${TOLLGATE_MASTER_KEY_FILE:-$folder.key}   the master key, without which they cannot be read"
  fi
  rm -rf "$root/node_modules" "$root/.tools" "$root/src/generated" "$root/dist"
}

uninstall() {
  remove_service
  remove_containers
  remove_local
  if [ -z "$kept" ]; then
    printf 'Tollgate was removed. Only this folder is left: %s\n' "$root"
  else
    printf 'Tollgate was removed. Kept, unless --uninstall --purge is run:\n%s\n' "$kept"
  fi
}
