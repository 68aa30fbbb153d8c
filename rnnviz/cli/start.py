"""A program that starts the window as the program does, up to the first frame: `bench` looks at the clock."""

import os
import sys

from rnnviz.cli.window import check_window, uncollected


def main() -> int:
    """Everything that stands between the shell and a window one can type in."""
    check_window(os.environ)
    with uncollected():
        from rnnviz.gui.bench.ours import until_usable

    return 0 if until_usable() else 1


if __name__ == "__main__":
    sys.exit(main())
