# Finds or installs the servers of other projects that tests want. Source bin/node.sh first.
# shellcheck shell=sh

debian=$root/.tools/debian

# apt-get for an ordinary user: its own lists and cache, nothing of the system is changed.
own_apt() {
  mkdir -p "$debian/lists/partial" "$debian/archives/partial"
  # Images often bring hooks that clean the system's cache after an update, which this user may not.
  printf '#clear APT::Update::Post-Invoke;\n#clear DPkg::Post-Invoke;\n' >"$debian/apt.conf"
  apt-get -qq -c "$debian/apt.conf" -o Dir::State::lists="$debian/lists" -o Dir::Cache="$debian" -o Dir::Cache::archives="$debian/archives" \
    -o Debug::NoLocking=1 -o APT::Sandbox::User="$(id -un)" "$@"
}

install_for_system() {
  DEBIAN_FRONTEND=noninteractive
  export DEBIAN_FRONTEND
  apt-get install -qq -y --no-install-recommends "$1" >/dev/null 2>&1 && return
  apt-get update -qq >/dev/null && apt-get install -qq -y --no-install-recommends "$1" >/dev/null
}

# Unpacks a package, and what it needs that the system lacks, below .tools/debian.
unpack_for_user() {
  own_apt update >/dev/null || return 1
  names=$(own_apt -s -y --no-install-recommends install "$1" | awk '/^Inst /{print $2}') || return 1
  (
    cd "$debian/archives" || exit 1
    # shellcheck disable=SC2086 # one word a package
    own_apt download $names
    for archive in ./*.deb; do dpkg -x "$archive" "$debian" && rm "$archive"; done
  )
}

# The unpacked programs need the unpacked libraries, and nobody else may see those: each program gets a small script.
wrap_unpacked() {
  mkdir -p "$debian/run/$1"
  libraries=$(find "$debian/usr/lib" -name '*.so.*' -exec dirname {} + | sort -u | paste -sd: -)
  for program in "$debian$2"/*; do
    script=$debian/run/$1/$(basename "$program")
    printf '#!/bin/sh\nLD_LIBRARY_PATH="%s" exec "%s" "$@"\n' "$libraries" "$program" >"$script"
    chmod +x "$script"
  done
}

# debian_tool NAME PACKAGE BINARY: prints the folder in which the binary stands, or fails. NAME is for messages.
debian_tool() {
  folder=$(dirname "$3")
  if [ -x "$3" ]; then
    printf '%s\n' "$folder"
    return
  fi
  wrapped=$debian/run/$2
  if [ ! -x "$wrapped/$(basename "$3")" ]; then
    command -v apt-get >/dev/null 2>&1 || return 1
    say "Installing $1 for the tests …"
    if [ "$(id -u)" = 0 ]; then
      install_for_system "$2" || return 1
      printf '%s\n' "$folder"
      return
    fi
    unpack_for_user "$2" >&2 && [ -x "$debian$3" ] || return 1
    wrap_unpacked "$2" "$folder"
  fi
  printf '%s\n' "$wrapped"
}
