"""Where a person's settings are kept on this system.

The same folder as platformdirs names, which is loaded only after the window's first paint; a test holds them equal.
"""

import os
import sys
from pathlib import Path


def settings_folder() -> Path:
    """The folder of Assay's settings; it need not exist."""
    return _settings() / "assay"


def _settings() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    named = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    if named.is_absolute():
        return named
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path.home() / ".config"
