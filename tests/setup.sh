#!/bin/sh
# Provide the programs that the tests run besides Python.
#
# Missing ones are installed from Debian packages where that is possible without asking (root, or
# sudo without a password); otherwise they are named, and their tests skip with the same remedy.
set -eu

# program  Debian package  what the tests need it for
parts='
node     nodejs      actions in JavaScript
npm      npm         the JavaScript client library
php      php-cli     actions in PHP
ruby     ruby        actions in Ruby
go       golang-go   actions in Go
rustc    rustc       actions in Rust
cargo    cargo       actions in Rust
cc       gcc         actions in Rust
javac    default-jdk-headless  actions in Java
/usr/share/java/gson.jar  libgoogle-gson-java  actions in Java
zip      zip         code archives made by the tour
unshare  util-linux  a machine that refuses namespaces
zsh      zsh         completion in zsh
fish     fish        completion in fish
mandoc   mandoc      the manual pages
java     default-jre-headless  a Kafka broker
mvn      maven       fetching Kafka
/usr/lib/postgresql  postgresql  a PostgreSQL server
strace   strace      counting the system calls of a warm call
'

missing=''
packages=''
while read -r program package purpose; do
    [ -n "$program" ] || continue
    case $program in
        /*) [ -e "$program" ] && continue ;;
        *) command -v "$program" >/dev/null 2>&1 && continue ;;
    esac
    missing="$missing
  $program ($purpose): apt-get install $package"
    packages="$packages $package"
done <<END
$parts
END

# What Rust actions are linked with comes into Cargo's cache, by name; the platform only looks there.
fetch_crates() {
    command -v cargo >/dev/null 2>&1 || return 0
    project=$(mktemp -d)
    mkdir "$project/src"
    : >"$project/src/lib.rs"
    cat >"$project/Cargo.toml" <<'END'
[package]
name = "crates"
version = "0.0.0"
edition = "2021"

[dependencies]
serde = { version = "1", features = ["derive"] }
serde_derive = "1"
serde_json = "1"
END
    (cd "$project" && { cargo fetch --quiet --offline 2>/dev/null || cargo fetch --quiet; }) ||
        echo "tests: the crates serde, serde_derive and serde_json cannot be fetched; Rust actions need them" >&2
    rm -rf "$project"
}

# Kafka's jars come into the user's cache, once.
fetch_kafka() {
    python=$(dirname "$0")/../.venv/bin/python
    [ -x "$python" ] || return 0
    "$python" -m whisk_platform.supervisor.fetch kafka >/dev/null ||
        echo "tests: the tests of the bus need Kafka" >&2
}

if [ -z "$missing" ]; then
    fetch_crates
    fetch_kafka
    exit 0
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=''
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    as_root='none'
fi

if command -v apt-get >/dev/null 2>&1 && [ "$as_root" != none ]; then
    echo "tests: installing$packages"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # both are lists of words
    if $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $packages >/dev/null; then
        fetch_crates
        fetch_kafka
        exit 0
    fi
fi

echo "tests: not on this machine, so their tests will skip (or fail where CI=true):$missing" >&2
