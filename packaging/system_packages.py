"""Sees to it that Qt and the tests find what they load from the system.

Run by `make env`, with any Python from 3.11 on. Installs what is missing when it runs as root on Debian or
Ubuntu; otherwise it prints the one command that does. It never fails: without these, everything that needs no
window still works.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

WANTED = Path(__file__).with_name("system-packages.txt")


def wanted() -> Iterator[tuple[str, str]]:
    """The pairs (library or command, package) of the list."""
    for line in WANTED.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            thing, package, _ = line.split()
            yield thing, package


def is_there(thing: str) -> bool:
    """Whether the system has this library or command; asks the loader itself, so no tool is needed for it."""
    if not thing.startswith("lib"):
        return shutil.which(thing) is not None
    try:
        ctypes.CDLL(thing)
    except OSError:
        return False
    return True


def install(packages: list[str]) -> bool:
    """Whether apt could install them."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    steps = (["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "--no-install-recommends", *packages])
    return all(subprocess.run(step, env=quiet, check=False).returncode == 0 for step in steps)


def main() -> None:
    if not sys.platform.startswith("linux"):
        return
    missing = sorted({package for thing, package in wanted() if not is_there(thing)})
    if not missing:
        return
    if shutil.which("apt-get") is None:
        things = ", ".join(thing for thing, _ in wanted() if not is_there(thing))
        print(f"These are missing and Assay's window or tests want them: {things}.", file=sys.stderr)
        return
    if os.geteuid() == 0 and install(missing):
        return
    print("Assay's window or tests want these system packages. Please run:", file=sys.stderr)
    print(f"  sudo apt-get install {' '.join(missing)}", file=sys.stderr)


if __name__ == "__main__":
    main()
