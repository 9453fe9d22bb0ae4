#!/bin/sh
# Make the virtual environment .venv and install this checkout into it: environment.sh [EXTRA]
#
# Nothing is done when nothing has changed since the last time. Python is found here; set PYTHON to
# choose another. Versions are those of constraints.txt, with which everything was last tested.
set -eu
cd "$(dirname "$0")/.."

extra="${1:-}"
venv=.venv
target=".${extra:+[$extra]}"
stamp="$venv/installed${extra:+-$extra}"

new_enough='import sys; sys.exit(not sys.version_info >= (3, 11))'

find_python() {
    # The machine's own python3 first: it is the likeliest to be whole.
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
        if "$candidate" -c "$new_enough" >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

have() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# The folder is part of it: an environment that was moved holds the old paths.
wanted="$(pwd) $(cat pyproject.toml constraints.txt scripts/environment.sh | cksum)"
have "$stamp" "$wanted" && exit 0

if [ -f "$venv/folder" ] && ! have "$venv/folder" "$(pwd)"; then
    echo "The environment in $venv was made in another folder: making it anew."
    rm -rf "$venv"
fi

if ! "$venv/bin/python" -c "$new_enough" >/dev/null 2>&1; then
    python="$(find_python)" || {
        echo "Essex Standard needs Python 3.11 or newer, and none was found (looked for" \
            "${PYTHON:-python3, python3.13, python3.12, python3.11, python})." >&2
        echo "Install it, or name it: make demo PYTHON=/path/to/python3.12" >&2
        exit 1
    }
    rm -rf "$venv"
    echo "Making the environment in $venv with $python ..."
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        # Debian and Ubuntu ship Python without its venv module.
        rm -rf "$venv"
        version="$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')"
        if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
            echo "Installing $version-venv ..."
            apt-get update -qq >/dev/null 2>&1 || true
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$version-venv" >/dev/null
            "$python" -m venv "$venv"
        else
            echo "$python cannot make a virtual environment. On Debian or Ubuntu run" >&2
            echo "    sudo apt-get install $version-venv" >&2
            echo "and try again." >&2
            exit 1
        fi
    fi
    pwd >"$venv/folder"
fi

echo "Installing Essex Standard and what it needs (some minutes the first time) ..."
if ! "$venv/bin/python" -m pip install --quiet --constraint constraints.txt -e "$target"; then
    echo "The tested versions (constraints.txt) could not be installed here:" \
        "trying the newest that fit."
    "$venv/bin/python" -m pip install --quiet -e "$target"
fi
echo "$wanted" >"$stamp"
# With an extra, the plain installation is there too.
echo "$wanted" >"$venv/installed"
