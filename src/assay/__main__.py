"""The one front door: a command goes to the command line, no command opens the window."""

import sys


def main() -> int:
    """Run Assay with the words of the command line; the exit code."""
    words = sys.argv[1:]
    if _wants_window(words):
        from assay.app import open_window

        return open_window(words)
    from assay.cli import run

    code = run(words)
    if code == 0 and "demo" in words and "--no-window" not in words:
        return _window_on_demo()
    return code


def _wants_window(words: list[str]) -> bool:
    """Whether nothing but a workspace was named."""
    if not words:
        return True
    alone = len(words) == 1 and words[0].startswith(("--workspace=", "-w")) and words[0] != "-w"
    return alone or (len(words) == 2 and words[0] in ("-w", "--workspace"))


def _window_on_demo() -> int:
    """The window on the demo's workspace, which is now the last one used; without a display, a word about it."""
    from assay.app import has_display, open_window

    if not has_display():
        sys.stderr.write(
            "assay: There is no display, so no window was opened. “assay” opens it where there is one.\n"
        )
        return 0
    return open_window([])


if __name__ == "__main__":
    sys.exit(main())
