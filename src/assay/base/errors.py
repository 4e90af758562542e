"""Three sorts of error: the reader can mend it, the world is at fault, or we are.

AssayError
├── Refused      the input or the request is at fault; the sentence says what happened and what to do
├── Unavailable  disk, network or another program is at fault; trying again may help
└── Bug          ours; the front doors turn it into a report file
Cancelled        somebody asked a long job to stop; nothing half-done stays behind
"""


class AssayError(Exception):
    """A fault that is told to people as one sentence. ``what`` happened, ``what_to_do`` about it."""

    exit_code = 1

    def __init__(self, what: str, what_to_do: str = "") -> None:
        self.what = what
        self.what_to_do = what_to_do
        super().__init__(f"{what} {what_to_do}".strip())


class Refused(AssayError):  # noqa: N818 - the word people read, see docs/glossary.md
    """The input or the request is at fault, and the reader can mend it."""


class Unavailable(AssayError):  # noqa: N818
    """The disk, the network or another program is at fault; trying again may help."""


class Bug(AssayError):  # noqa: N818
    """Ours. The front doors write a report and name its file."""

    exit_code = 3


class Cancelled(Exception):  # noqa: N818 - it is not an error: somebody asked for it
    """Somebody asked a long job to stop."""
