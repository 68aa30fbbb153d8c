"""Start rnnviz from a checkout: no argument opens the window, a command works without one.

Light and guarded on purpose: the training process is spawned and imports this file again.
"""

import sys

if __name__ == "__main__":
    from rnnviz.cli import main

    sys.exit(main())
