"""The application without a screen: commands in, frames out.

A `Workbench` holds what a person works on (the model's newest parameters, the typed text, the cursor)
and answers every command with a new `Frame`, a frozen record of all that a panel may draw. The window,
the figures and the headless commands are three readers of the same frames, so what one of them shows the
others can export or print.

The typed text is run here, in the process of the screen, from the newest parameters the trainer has
handed over: typing therefore works the same whether training is paused or not, and costs the trainer
nothing. Refused: events per field (nobody can follow them), a frame that is patched in place (a panel that
was hidden would draw half of one), and panels that ask the model for what they miss.
"""
