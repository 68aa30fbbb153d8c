"""Figures of the window: how soon a key shows, what a repaint costs, how training fares beside it.

`window` leads and keeps out of the way; whatever is measured runs in a fresh process, with the real window,
the real worker and the real event loop: `inside` drives a window with real key events, `ours` and `bare` race
to their first frame. A paint is measured from Qt's update request to the return of its handler, that is until
the last pixel is in the window's buffer. A key counts from the moment it was due, not from the moment the
event loop found time for it.

Refused: timing `set_text` or `render` (it is the queue and the painting that a person waits for), and widgets
painted into images (other code runs then). This file imports nothing: `bare` must stay bare.
"""
