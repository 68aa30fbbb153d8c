"""Training: the loop, its settings, its curves, and the process it runs in.

`TrainingLoop` knows no threads and no clock: the same `RunSpec` gives the same bits, and a `LoopState` taken
at any step continues with the same bits.  `Trainer` runs that loop in a process of its own, because a thread
would share the interpreter lock with the painting of the window.  Parent and worker exchange one message each
way at a time: the parent asks for the newest state whenever it likes, the worker answers between two steps,
and nothing ever queues. Messages are JSON with raw array bytes, so a run can be written to a file by the same
means, and no pickle of ours crosses a boundary.  Both sides notice when the other is gone, however it went.
Refused: a message per training step (floods whoever shows it), shared memory (locks for a few kB), training
in slices on the window's thread (the step time would bound the frames), and threads in the loop.
"""
