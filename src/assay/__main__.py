"""The one front door: a command goes to the command line, no command opens the window."""

import gc
import sys
from pathlib import Path


def main() -> int:
    """Run Assay with the words of the command line; the exit code."""
    words = sys.argv[1:]
    if _wants_window(words):
        # Nearly all that is loaded now stays; looking through it for garbage would only delay the first paint.
        gc.disable()
        from assay.app import open_window

        return open_window(words)
    from assay.cli import demo_to_show, run

    code = run(words)
    folder = demo_to_show(words) if code == 0 else None
    return code if folder is None else _window_on_demo(folder)


def _wants_window(words: list[str]) -> bool:
    """Whether nothing but a workspace was named."""
    if not words:
        return True
    alone = len(words) == 1 and words[0].startswith(("--workspace=", "-w")) and words[0] != "-w"
    return alone or (len(words) == 2 and words[0] in ("-w", "--workspace"))


def _window_on_demo(folder: Path) -> int:
    """The window on the demo's workspace; without a display, a word about it."""
    from assay.app import has_display, open_window

    if not has_display():
        sys.stderr.write(
            "assay: There is no display, so no window was opened. “assay” opens it where there is one.\n"
        )
        return 0
    return open_window([f"--workspace={folder}"])


if __name__ == "__main__":
    sys.exit(main())
