"""rnnviz: type a sequence, train a recurrent network on it, and see every gate, state and gradient.

The packages form a line in which each may import only those to its right:
``cli → gui → workbench → files → training → tasks → engine``.  Only ``gui`` knows Qt; everything else runs
without a screen, so that the commands do exactly what the window does.
"""

import os

__version__ = "0.1.0"

# Before NumPy is loaded anywhere: at these sizes a second BLAS thread costs more than it brings, and one
# thread sums in one order, so the same seed gives the same bits whatever the number of cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
