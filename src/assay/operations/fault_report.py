"""A fault of Assay's own is written down in a file that a person can send: where it happened, and in which version.

Neither messages nor values go into it, since those can hold what a trace says.
"""

import platform
import traceback

from platformdirs import user_log_path

from assay import __version__
from assay.base.ids import new_id


def report_fault(error: BaseException) -> str:
    """Write the report; the file's name, or why there is none."""
    folder = user_log_path("assay", appauthor=False)
    path = folder / f"fault-{new_id()[:8]}.txt"
    lines = [f"assay {__version__}, python {platform.python_version()}, {platform.platform(terse=True)}", ""]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*lines, *_frames(error)]) + "\n", encoding="utf-8")
    except OSError:
        return f"(not written: {folder} does not take it)"
    return str(path)


def _frames(error: BaseException | None) -> list[str]:
    """The way to each error of the chain: files, lines, functions, and the kinds of the errors."""
    found: list[str] = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        found += [f"{type(error).__module__}.{type(error).__qualname__}"]
        found += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        error = error.__cause__ or error.__context__
    return found
