"""The window: Qt and pyqtgraph, and nothing that the other layers need.

A person's act becomes a command of the workbench; the frame it answers with goes to every part. Parts keep
no truth of their own, so a theme, a language or a whole session changes by showing the newest frame again.
While training runs, a timer asks the workbench for the newest frame at most sixty times a second; nothing
queues and nothing waits. `Look` (theme and catalogue) is handed down, never looked up, so a figure can wear
another one. `shell` places the parts, `display` gives them frames, `window` holds the commands, `keys` their
shortcuts, `panels` what frames look like, `widgets` the pieces, `figure` writes panels to files, `commands`
serves the terminal.

Found better than planned: curves and maps are painted in pixels of our own columns instead of pyqtgraph's
views; they keep their line widths in PDF and PNG, and need no alignment. Refused: Qt's own exporters and
menus, a style sheet per widget (slow to repaint), and a signal for every field of a frame.
"""
