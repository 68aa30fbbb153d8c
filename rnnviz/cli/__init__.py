"""The program without a screen: the same work as the window does, from a terminal or a script.

Each command is a function ``command(arguments, terminal) -> exit status`` in a file of its own; `parser`
declares what they take and speaks the user's language when that does not fit.  Exit status: 0 done, 1 the run
blew up, 2 bad input, with one sentence on stderr and no traceback.  Results go to stdout, everything else to
stderr, so ``--json`` can be piped.  Importing this package loads no Qt: `rnnviz.gui` is imported inside the
commands that draw, after the checks of `window` that would otherwise be Qt's abort.  Refused: a framework for
commands (argparse is there), colours and spinners (they end up in log files), and a second way of doing what
the layers below already do.
"""

from rnnviz.cli.main import main

__all__ = ["main"]
