"""Recurrent networks in NumPy, forward and backward by hand, every quantity recorded.

Forward gives a `Trace`, backward fills in total derivatives; backpropagation through time needs every gate
and state anyway, so what the screen shows costs nothing more and nothing is computed twice.  A cell is a
stateless object that knows its gate maths alone; `unroll` does what all cells share: one product for all W
x_t before the loop, one each for dU, dW and db after it.  Arrays keep time first, `(T, B, H)`, and
parameters live in one flat vector with named views, so that an optimiser, a file and a process boundary
each handle a single array.  Refused: an autograd tape (the backward pass that a student wants to read would
be gone), layers that keep caches on themselves (typing while training would corrupt them), feature-major
arrays (the token gather becomes a transpose).  Only numpy and the standard library are imported.
"""
