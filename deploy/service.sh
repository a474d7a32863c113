# install.sh --service: the gateway as a systemd unit with a user of its own. Source bin/node.sh, bin/dependencies.sh.
# shellcheck shell=sh disable=SC2154 # root and node are set by whoever sources this

# SERVICE_PREFIX goes before every path, for trials and tests.
prefix=${SERVICE_PREFIX:-}
unit=$prefix/etc/systemd/system/tollgate.service
program=$prefix/opt/tollgate
settings=$prefix/etc/tollgate
data=$prefix/var/lib/tollgate/data
# Says that the folder is ours to replace and to remove.
mark=.installed-by-tollgate
user=tollgate

# The settings are the file's alone, whatever this shell has.
with_settings() {
  env -i PATH="$PATH" "$node" --env-file="$settings/tollgate.env" "$@"
}

need_systemd() {
  [ "$(id -u)" = 0 ] ||
    fail "$1 needs root: a service has a system user and stands in /etc and /opt. Run it with sudo, or ./install.sh alone as yourself."
  command -v systemctl >/dev/null 2>&1 || fail "$1 needs systemd, and there is no systemctl here. Nothing was changed."
}

# A home that only its owner can enter is no place for another user's program, so it is copied.
stage_program() {
  if [ -e "$program" ] && [ ! -e "$program/$mark" ]; then
    fail "$program is there already and is not ours. Move it away and run this again."
  fi
  staged=$program.new
  rm -rf "$staged"
  say "Copying the program to $program …"
  "$node" "$root/bin/copy-program.ts" "$staged" || fail "the program could not be copied to $staged."
  : >"$staged/$mark"
  # Where the system's own Node.js does not fit, the unit must not depend on one in somebody's home.
  case $node in
    /usr/* | /bin/*) ;;
    *)
      mkdir -p "$staged/.tools/node_modules/node/bin"
      cp "$node" "$staged/.tools/node_modules/node/bin/node"
      chmod 755 "$staged/.tools/node_modules/node/bin/node"
      ;;
  esac
}

make_user() {
  id -u "$user" >/dev/null 2>&1 && return
  useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$user" ||
    fail "the system user $user could not be made."
  : >"$settings/user-made"
}

# What is there stays: a second run is an upgrade.
make_settings() {
  mkdir -p "$settings" "$data"
  chmod 750 "$settings"
  chmod 700 "$data"
  make_user
  chown "root:$user" "$settings"
  chown -R "$user:$user" "$data"
  (
    umask 077
    if [ ! -f "$settings/tollgate.env" ]; then
      "$node" "$root/bin/service-files.ts" environment "$prefix" >"$settings/tollgate.env.new"
      mv "$settings/tollgate.env.new" "$settings/tollgate.env"
    fi
    if [ ! -f "$settings/master.key" ]; then
      od -An -v -N 32 -tx1 /dev/urandom | tr -d ' \n' >"$settings/master.key.new"
      mv "$settings/master.key.new" "$settings/master.key"
    fi
  )
  chown "$user:$user" "$settings/master.key"
  given=${TOLLGATE_CONFIG:-$root/tollgate.yaml}
  if [ -f "$given" ] && [ ! -f "$settings/tollgate.yaml" ]; then
    cp "$given" "$settings/tollgate.yaml"
    chown "root:$user" "$settings/tollgate.yaml"
    chmod 640 "$settings/tollgate.yaml"
  fi
}

place_program() {
  rm -rf "$program.old"
  [ ! -e "$program" ] || mv "$program" "$program.old"
  mv "$program.new" "$program"
  rm -rf "$program.old"
}

place_unit() {
  mkdir -p "$(dirname "$unit")"
  with_settings "$root/bin/service-files.ts" unit "$prefix" >"$unit.new"
  chmod 644 "$unit.new"
  mv "$unit.new" "$unit"
}

install_service() {
  need_systemd --service
  umask 022
  find_node
  install_dependencies production
  generate_client
  "$node" "$root/bin/service-files.ts" environment "$prefix" >/dev/null || exit $?
  mkdir -p "$(dirname "$program")"
  stage_program
  make_settings
  systemctl is-active --quiet tollgate.service ||
    with_settings "$root/bin/service.ts" ports || exit $?
  place_unit
  place_program
  systemctl daemon-reload
  systemctl enable --quiet tollgate.service
  systemctl restart tollgate.service || fail 'systemd could not start it: journalctl --unit tollgate says why.'
  say "Settings are in $settings/tollgate.env, the configuration file is $settings/tollgate.yaml."
  with_settings "$root/bin/service.ts" introduce
}
