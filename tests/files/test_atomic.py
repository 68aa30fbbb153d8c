"""A write that fails at any call leaves the old file, no stray file, and one sentence."""

import errno
import os
import resource as limits
import stat
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from rnnviz.engine.errors import UserError
from rnnviz.files.atomic import make_folder, write_atomically, write_bytes
from rnnviz.files.catalogue import LANGUAGES, Catalogue


def test_writes_a_new_file_and_replaces_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    write_bytes(path, b"one")
    assert path.read_bytes() == b"one"
    write_bytes(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["a.bin"]


@pytest.mark.parametrize("call", ["fsync", "replace", "fchmod"])
@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "error.write-disk-full"),
        (errno.EACCES, "error.write-not-allowed"),
        (errno.EROFS, "error.write-read-only"),
        (errno.EIO, "error.write-failed"),
    ],
)
def test_every_refusal_of_the_system_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, key: str
) -> None:
    path = tmp_path / "a.bin"
    write_bytes(path, b"old")

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse)
        with pytest.raises(UserError) as caught:
            write_bytes(path, b"new")
    assert caught.value.key == key
    assert caught.value.values == {"path": str(path), "reason": os.strerror(number)}
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.bin"]
    for language in LANGUAGES:
        assert str(path) in Catalogue(language).error(caught.value)


def test_a_fault_of_the_writer_itself_passes_through_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    write_bytes(path, b"old")

    def half(stream: BinaryIO) -> None:
        stream.write(b"ne")
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        write_atomically(path, half)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_a_disk_that_fills_up_half_way(tmp_path: Path) -> None:
    """A real limit of the system on the size of a file, met in the middle of a write."""
    path = tmp_path / "a.bin"
    write_bytes(path, b"old")
    code = (
        "import resource, signal, sys\nfrom pathlib import Path\n"
        "from rnnviz.engine.errors import UserError\nfrom rnnviz.files.atomic import write_bytes\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, (4096, {limits.RLIM_INFINITY}))\n"
        "try: write_bytes(Path(sys.argv[1]), b'x' * 100_000)\n"
        "except UserError as error: print(error.key)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "error.write-disk-full", done.stderr
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.bin"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("absent/a.bin", "error.write-no-folder"),
        ("file/a.bin", "error.write-no-folder"),
        ("folder", "error.write-is-folder"),
        ("x" * 300, "error.write-name-too-long"),
    ],
)
def test_impossible_places(tmp_path: Path, name: str, key: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError) as caught:
        write_bytes(tmp_path / name, b"new")
    assert caught.value.key == key
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "a.bin", tmp_path / "link.bin"
    write_bytes(path, b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_bytes(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_make_folder(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError) as caught:
        make_folder(tmp_path / "file")
    assert caught.value.key == "error.write-not-a-folder"
    with pytest.raises(UserError) as caught:
        make_folder(tmp_path / "file" / "below")
    assert caught.value.key == "error.write-no-folder"
