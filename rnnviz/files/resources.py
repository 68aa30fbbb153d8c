"""Where the program's own files are: beside the package in a checkout, inside it when installed."""

from pathlib import Path

import rnnviz


def resources_folder() -> Path:
    """The folder of bundled texts, experiments, catalogues, fonts and icons."""
    package = Path(rnnviz.__file__).resolve().parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


def resource(*parts: str) -> Path:
    """The path of a bundled file, e.g. ``resource("texts", "hello-memory.txt")``.  It need not exist."""
    return resources_folder().joinpath(*parts)
