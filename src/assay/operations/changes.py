"""What an operation can have changed; screens decide by it what to read anew."""

from enum import Flag, auto


class Changes(Flag):
    """The parts of an office that an operation touched."""

    NOTHING = 0
    TRACES = auto()
    SAMPLE = auto()
    REVIEWS = auto()
    RUBRICS = auto()
    PLANS = auto()
    SETTINGS = auto()
