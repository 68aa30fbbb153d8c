"""The layers hold: nothing outside gui loads Qt, not even by way of something else."""

import pkgutil
import subprocess
import sys
from pathlib import Path

import rnnviz

ROOT = Path(rnnviz.__file__).parent.parent


def headless_modules() -> list[str]:
    """Every module of the package outside rnnviz.gui."""
    found = [module.name for module in pkgutil.walk_packages(rnnviz.__path__, "rnnviz.")]
    return [name for name in found if name != "rnnviz.gui" and not name.startswith("rnnviz.gui.")]


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=120, check=False
    )


def test_no_module_outside_gui_loads_qt() -> None:
    names = headless_modules()
    assert "rnnviz.cli" in names
    assert "rnnviz.engine.errors" in names
    code = (
        f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in ('PySide6', 'shiboken6', 'pyqtgraph')))"
    )
    done = run_python(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_the_engine_needs_numpy_alone() -> None:
    names = [name for name in headless_modules() if name.startswith("rnnviz.engine")]
    code = (
        f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
        "beyond = ('safetensors', 'polib', 'rnnviz.tasks', 'rnnviz.training', 'rnnviz.files')\n"
        "print(sorted(name for name in sys.modules if name in beyond))"
    )
    done = run_python(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_main_imports_nothing_until_it_is_run() -> None:
    done = run_python("import sys, main\nprint('numpy' in sys.modules, 'rnnviz' in sys.modules)")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False False"
