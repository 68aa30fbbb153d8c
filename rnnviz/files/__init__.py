"""Everything that is read from or written to a disk, and the sentences the program speaks.

A file from elsewhere is hostile until proven otherwise: its size is checked before it is read, its structure
before it is parsed, names, shapes and values before they are used, and whatever fails is one `UserError`
with one sentence.  A session is one safetensors file with a JSON header: a format that cannot carry code,
and one file to lose instead of two.  Writing is a temporary file, fsync and a rename, so a crash leaves the
old file or the new one.  Messages live here, free of Qt, because commands and window must say the same
things in the same words. Refused: pickle and npz (code, and a megabyte that unpacks to a gigabyte), YAML,
paths or module names out of a file, and a settings format of our own (experiments are TOML: comments, and a
parser that Python ships).
"""
