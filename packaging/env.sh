#!/usr/bin/env bash
# Makes a virtual environment from a hash-pinned lock and puts Assay into it: env.sh FOLDER LOCK [editable|copy]
# Needs Python 3.11 or newer with pip (or venv). uv is used where it is there and fetched for this checkout alone
# where it is not; nothing is installed outside the checkout, but for Debian's python3-pip when run as root
# on a machine that has neither pip nor venv.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$1
lock=$2
manner=${3:-editable}
private=build/uv
say() { printf '%s\n' "$*" >&2; }

find_python() {
    local name
    for name in ${PYTHON:-} python3.11 python3 python3.12 python3.13 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            "$name" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    say "Assay needs Python 3.11 or newer. Install it, or name it: make PYTHON=/path/to/python env"
    return 1
}

# --target keeps clear of a Python that its system manages (PEP 668).
uv_by_pip() {
    "$1" -m pip --version >/dev/null 2>&1 || return 1
    PIP_ROOT_USER_ACTION=ignore "$1" -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target "$private" \
        --require-hashes -r packaging/requirements/uv.txt >&2
}

uv_by_venv() {
    "$1" -m venv "$private/venv" >/dev/null 2>&1 || { rm -rf "$private/venv"; return 1; }
    uv_by_pip "$private/venv/bin/python"
}

pip_by_apt() {
    command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
    DEBIAN_FRONTEND=noninteractive apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends python3-pip >&2
}

find_uv() {
    local candidate
    for candidate in uv "$PWD/$private/bin/uv"; do
        if "$candidate" --version >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    say "Fetching uv into $private …"
    mkdir -p "$private"
    if ! { uv_by_pip "$1" || uv_by_venv "$1" || { pip_by_apt && uv_by_pip "$1"; }; }; then
        say "Assay's set-up needs pip. Please run: sudo apt-get install python3-pip (or your system's like of it)"
        return 1
    fi
    echo "$PWD/$private/bin/uv"
}

python=$(find_python)
uv=$(find_uv "$python")
export UV_PYTHON_DOWNLOADS=never

if ! "$folder/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    rm -rf "$folder"
    "$uv" venv --quiet --python "$python" "$folder"
fi
export VIRTUAL_ENV=$PWD/$folder
"$uv" pip sync --quiet --require-hashes "$lock"
if [ "$manner" = editable ]; then
    "$uv" pip install --quiet --no-deps --no-build-isolation -e .
else
    "$uv" pip install --quiet --no-deps --no-build-isolation --reinstall-package assay .
fi
say "$folder is ready."
