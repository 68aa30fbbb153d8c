"""Reusable pieces of the window: controls of the chrome, and the strips and plots that panels are made of.

Every piece is given a Look (theme and language) and takes another one with `set_look`; none asks the
application, so an export or a test can dress it as it likes. Controls derive from Qt's own (QPushButton,
QCheckBox, QComboBox, QLineEdit) and only paint themselves: keys, focus and screen readers then work as people
expect. A setter shows and stays silent; a signal tells what a person did, never what the program set.

Refused: a style sheet for each control (slow to polish, and it cannot slide a pill), a QStyle of our own
(five times the code), graphics effects (they repaint whole windows), and a library of ready-made controls
(a second look beside ours, and another pin).
"""
