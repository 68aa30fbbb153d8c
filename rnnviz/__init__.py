"""rnnviz: type a sequence, train a recurrent network on it, and see every gate, state and gradient.

The packages form a line in which each may import only those to its right:
``cli → gui → workbench → files → training → tasks → engine``.  Only ``gui`` knows Qt; everything else runs
without a screen, so that the commands do exactly what the window does.
"""
