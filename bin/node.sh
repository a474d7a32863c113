# Finds a fitting Node.js, for the scripts that source this file after setting `root` to the project's folder.
# shellcheck shell=sh

# They also belong to the process that serves: no __proto__, no debugger by signal, no environment in crash reports.
node_flags='--disable-proto=delete --disable-sigusr1 --report-exclude-env'

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "tollgate: $*"
  exit 1
}

# Prints the real path of the given Node when it fits. Starting it with the flags proves that it knows them.
fitting_node() {
  # shellcheck disable=SC2086 # the flags are separate words
  NODE_OPTIONS='' "$1" $node_flags -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    if (major < 22 || (major === 22 && minor < 19)) process.exit(1);
    console.log(process.execPath);' 2>/dev/null
}

# npm and prisma want a home to write to; where there is none they get one of ours, with the user's own npm settings.
give_home() {
  if [ -n "${HOME:-}" ] && [ -d "$HOME" ] && [ -w "$HOME" ]; then return; fi
  if [ -n "${HOME:-}" ] && [ -r "$HOME/.npmrc" ]; then
    npm_config_userconfig=$HOME/.npmrc
    export npm_config_userconfig
  fi
  HOME=$root/.tools/home
  export HOME
  mkdir -p "$HOME"
}

# npm looks for its system-wide settings beside the Node.js that runs it, so ours comes last.
run_npm() {
  (
    give_home
    PATH=$PATH:$(dirname "$node")
    export PATH
    exec npm "$@" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >&2
  )
}

need_npm() {
  command -v npm >/dev/null 2>&1 && return
  say 'tollgate: npm was not found, and it is needed to install what is missing.'
  say 'Install Node.js 22.19 or later together with npm (nodejs.org, or the packages of your system), then run this again.'
  exit 1
}

# The release is pinned by hash in bin/node-release. It moves into place whole, so that an install that was cut leaves
# nothing that looks finished.
install_node() {
  need_npm
  say 'Tollgate needs Node.js 22.19 or later. Installing its own into .tools …'
  stage=$root/.tools/install.$$
  mkdir -p "$stage" || fail "cannot write to $root/.tools"
  cp "$root/bin/node-release/package.json" "$root/bin/node-release/package-lock.json" "$stage"
  node=$own
  if ! (cd "$stage" && run_npm ci --include=optional); then
    rm -rf "$stage"
    fail 'npm could not install Node.js; its message stands above.'
  fi
  for package in "$stage"/node_modules/node-*; do
    if [ -x "$package/bin/node" ]; then
      mkdir -p "$root/.tools/node_modules"
      rm -rf "$root/.tools/node_modules/node"
      mv "$package" "$root/.tools/node_modules/node"
    fi
  done
  rm -rf "$stage"
}

# Sets `node` to the path of a fitting Node.js: the one on PATH, else our own, else our own after installing it.
find_node() {
  own=$root/.tools/node_modules/node/bin/node
  node=$(fitting_node node) || node=$(fitting_node "$own") || {
    install_node
    node=$(fitting_node "$own") ||
      fail "there is no Node.js package for this system ($(uname -sm)). Install Node.js 22.19 or later."
  }
}
