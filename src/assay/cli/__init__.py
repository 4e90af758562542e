"""The command line: the same operations as the window, for nightly jobs and scripts.

Figures and reports go to standard output (one JSON object with ``--json``), progress and messages to standard
error. Exit codes: 0 done, 1 the world or the input is at fault, 2 wrong usage, 3 a fault of Assay's own.
"""

from assay.cli.parser import parser
from assay.cli.run import demo_to_show, run

__all__ = ["demo_to_show", "parser", "run"]
