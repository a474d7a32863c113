# install.sh --docker: makes the secrets once, starts the containers, says how to call them. Source bin/node.sh first.
# shellcheck shell=sh disable=SC2154 # root is set by whoever sources this

containers=$root/docker

compose() {
  docker compose --project-directory "$root" --file "$root/docker-compose.yml" "$@"
}

# Before anything is made, so that a machine without an engine keeps nothing half done.
need_engine() {
  command -v docker >/dev/null 2>&1 ||
    fail 'docker was not found. Install Docker with its compose plugin, or run ./install.sh without --docker. Nothing was made.'
  docker compose version >/dev/null 2>&1 ||
    fail "this docker has no 'compose' command. Install its compose plugin (2.20 or later). Nothing was made."
  docker info >/dev/null 2>&1 ||
    fail 'the docker engine does not answer. Is it running, and may this user use it (docker info)? Nothing was made.'
}

random_hex() {
  od -An -v -N "$1" -tx1 /dev/urandom | tr -d ' \n'
}

# The containers' users are others than ours and compose mounts a file with the owner and mode it has here, so everyone
# may read the files and only their owner may enter the folder they lie in.
make_container_secrets() {
  (
    umask 077
    mkdir -p "$containers"
    chmod 700 "$containers"
    [ ! -d "$containers/secrets" ] || exit 0
    stage=$containers/secrets.new.$$
    mkdir "$stage"
    password=$(random_hex 24)
    printf '%s\n' "$password" >"$stage/postgres_password"
    printf 'postgresql://tollgate:%s@postgres:5432/tollgate\n' "$password" >"$stage/database_url"
    random_hex 32 >"$stage/master_key"
    random_hex 24 >"$stage/admin_key"
    chmod 444 "$stage"/*
    mv "$stage" "$containers/secrets"
  )
  for name in admin_key database_url master_key postgres_password; do
    [ -s "$containers/secrets/$name" ] ||
      fail "$containers/secrets/$name is missing, while the others are there. Restore it: what is stored hangs on it."
  done
}

make_container_settings() {
  (umask 022 && mkdir -p "$containers/config")
  [ ! -f "$containers/gateway.env" ] || return 0
  (
    umask 077
    printf '# Settings of the gateway, as in docs/configuration.md. Docker shows them to whoever may ask it: no secrets.\n' \
      >"$containers/gateway.env"
  )
}

# What this run was told holds for the next one too.
remember() {
  eval "value=\${$1:-}"
  [ -n "$value" ] || return 0
  (
    umask 077
    touch "$root/.env"
    grep -v "^$1=" "$root/.env" >"$root/.env.new" || true
    printf '%s=%s\n' "$1" "$value" >>"$root/.env.new"
    mv "$root/.env.new" "$root/.env"
  )
}

# Prints http://host:port as this machine reaches a port of the gateway.
published() {
  address=$(compose port gateway "$1") || fail "port $1 of the gateway is not published."
  case $address in
    0.0.0.0:* | '[::]':*) address=127.0.0.1:${address##*:} ;;
  esac
  printf 'http://%s\n' "$address"
}

# The gateway makes this key at its first start when its configuration brings none.
quickstart_key() {
  # shellcheck disable=SC2016 # for the shell in the container
  compose exec -T gateway sh -c '
    file=$TOLLGATE_DATA_DIR/quickstart.key
    if [ -f "$file" ]; then exec cat "$file"; fi
    key=$(tollgate keys create --name quickstart --team default 2>/dev/null) || exit 1
    umask 077
    printf "%s\n" "$key" | tee "$file"'
}

introduce_containers() {
  url=$(published 4000)
  admin_url=$(published 4001)
  printf 'Tollgate is running.\n\n'
  printf '  URL          %s\n' "$url"
  printf '  Base URL     %s/v1   (for OpenAI SDKs)\n' "$url"
  printf '  Admin URL    %s\n' "$admin_url"
  printf '  Admin key    in %s\n' "$containers/secrets/admin_key"
  printf '  Log          docker compose logs gateway\n'
  key=$(quickstart_key) || {
    printf '\nMake a virtual key: docker compose exec gateway tollgate keys create --help\n'
    return 0
  }
  printf '  Virtual key  %s\n\n' "$key"
  printf 'Try it (the simulator is no model, it repeats what you say):\n\n'
  printf "curl -s %s/v1/chat/completions -H 'authorization: Bearer %s' -H 'content-type: application/json' -d '%s'\n" \
    "$url" "$key" '{"model":"simulator/echo","messages":[{"role":"user","content":"Hello, Tollgate!"}]}'
}

start_containers() {
  need_engine
  make_container_secrets
  make_container_settings
  remember TOLLGATE_PORT
  remember TOLLGATE_ADMIN_PORT
  say 'Building the image and starting the containers …'
  compose up --detach --build --wait >&2 || {
    compose logs --tail 20 >&2 || true
    fail 'the containers did not become healthy; the end of their log stands above.'
  }
  introduce_containers
}
