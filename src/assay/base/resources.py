"""Where the files are that the program carries with it."""

from pathlib import Path

_INSTALLED = Path(__file__).resolve().parent.parent / "resources"
_CHECKOUT = Path(__file__).resolve().parents[3] / "resources"


def resource(*parts: str) -> Path:
    """The path of a bundled file, in an installed program as in a checkout."""
    root = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    return root.joinpath(*parts)
