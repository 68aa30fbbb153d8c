"""The gallery of experiments: what there is to see, with the promise of each and a finished run of it.

`library` knows the bundled experiments and a person's own, `picker` shows them as cards, `saving` asks for
the words of a new one. The cards are a Qt list under a delegate, so keys, scrolling and screen readers work
as in any list; the keyboard stays in the filter line, which takes letters and hands the arrows on. Refused: a
start page (one more thing between a person and the first keystroke) and sample pictures (a curve is a run or
is not there).
"""
