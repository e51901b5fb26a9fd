#!/usr/bin/env bash
# Names every missing prerequisite at once, each with the command that installs
# it. Silent and successful when nothing is missing.
set -euo pipefail

missing=()
need() { # need <what> <how to install>
    missing+=("$1" "$2")
}

command -v cargo >/dev/null || need "cargo (Rust 1.95 or newer)" "https://rustup.rs"
command -v "${CXX:-c++}" >/dev/null || need "C++ compiler (${CXX:-c++})" "apt-get install g++"
if ! command -v python3 >/dev/null; then
    need "python3 (3.10 or newer)" "apt-get install python3 python3-venv"
elif ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
    need "python3 3.10 or newer (found $(python3 -V 2>&1))" "apt-get install python3"
elif ! python3 -c 'import pip' 2>/dev/null && ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    need "pip or venv for python3" "apt-get install python3-venv"
fi

((${#missing[@]} == 0)) && exit 0
echo "Missing on this machine:" >&2
printf '  %-40s %s\n' "${missing[@]}" >&2
exit 1
