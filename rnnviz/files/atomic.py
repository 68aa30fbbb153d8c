"""Writing a file so that a crash leaves the old one or the new one, never half of either."""

import errno
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from rnnviz.engine.errors import UserError

_REASONS = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EFBIG: "disk-full",
    errno.EACCES: "not-allowed",
    errno.EPERM: "not-allowed",
    errno.EROFS: "read-only",
    errno.ENOENT: "no-folder",
    errno.ENOTDIR: "no-folder",
    errno.EISDIR: "is-folder",
    errno.ENAMETOOLONG: "name-too-long",
}


def write_error(path: Path, error: OSError) -> UserError:
    """The sentence for a failed write: "error.write-<reason>" naming the path (and what the system said)."""
    reason = _REASONS.get(error.errno or 0, "failed")
    return UserError(f"error.write-{reason}", path=str(path), reason=error.strerror or str(error))


def write_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Let ``write`` fill a new file that then takes the place of ``path`` in one step.

    The data are on the disk before the name changes, and the folder's entry after it: a power cut leaves the
    old file or the new one.  Whatever fails, the old file is untouched and no temporary file stays behind.
    Raises UserError "error.write-…" for what the system refuses; what ``write`` raises itself passes through.
    """
    temporary: Path | None = None
    try:
        target = Path(os.path.realpath(path))  # a link goes on pointing where it did
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        name = target.with_name(f".{target.name[:40]}.{secrets.token_hex(6)}.part")
        with open(name, "xb") as stream:
            temporary = name
            write(stream)
            stream.flush()
            _copy_mode(target, stream.fileno())
            os.fsync(stream.fileno())
        os.replace(name, target)
        temporary = None
        _sync_folder(target.parent)
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def write_bytes(path: Path, data: bytes) -> None:
    """`write_atomically` for data that are already there."""
    write_atomically(path, lambda stream: stream.write(data))


def make_folder(path: Path) -> None:
    """Create ``path`` and its parents where missing.  Raises UserError "error.write-…"."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise UserError("error.write-not-a-folder", path=str(path)) from error
    except OSError as error:
        raise write_error(path, error) from error


def _copy_mode(path: Path, handle: int) -> None:
    """Give the new file the permissions of the one it replaces, where there is one."""
    if os.name == "posix" and path.exists():
        os.fchmod(handle, path.stat().st_mode & 0o777)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
