"""Bundled texts, the machine's texts, and what a user's file may be."""

import io
import string
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.errors import UserError
from rnnviz.files import texts
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.files.texts import MAX_BYTES, named_text, read_text_file, text_names


def refusal(path: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        read_text_file(path)
    for language in LANGUAGES:
        assert str(path) in Catalogue(language).error(caught.value)
    return caught.value


def test_hello_memory_has_every_letter_and_three_marks() -> None:
    text = named_text("hello-memory")
    assert set(text.content) == set(string.ascii_lowercase + ",. ")
    assert "hello world, hello memory" in text.content
    assert text.origin == "bundled"


def test_every_name_can_be_read() -> None:
    names = text_names()
    assert {"hello-memory", "memory-zh", "france", "topics", "python"} <= set(names)
    for name in names:
        assert len(named_text(name).content) > 3000, name


def test_the_machines_texts_are_long_real_and_the_same_each_time() -> None:
    topics, python = named_text("topics"), named_text("python")
    assert topics.origin == python.origin == "machine"
    assert len(topics.content) > 300_000
    assert len(python.content) > 200_000
    assert "assert" in topics.content
    assert topics == named_text("topics")
    assert sum(1 for _ in tokenize.generate_tokens(io.StringIO(python.content).readline)) > 10_000


def test_an_unknown_name_lists_those_there_are() -> None:
    with pytest.raises(UserError) as caught:
        named_text("../../etc/passwd")
    assert caught.value.key == "error.text-unknown"
    assert "hello-memory" in str(caught.value.values["allowed"])


def test_mark_and_line_ends_go(tmp_path: Path) -> None:
    path = tmp_path / "窗.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    text = read_text_file(path)
    assert (text.name, text.content, text.origin) == ("窗.txt", "one\ntwo\nthree\n", "user")


def test_a_zero_byte_is_named_with_its_position(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc\0def")
    error = refusal(path)
    assert error.key == "error.text-binary"
    assert error.values["position"] == 3


@pytest.mark.parametrize("data", [b"ab\ncd\xff", "ab\ncdé".encode("latin-1"), "ab\ncd记忆".encode("gbk")])
def test_other_encodings_are_named_with_position_and_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    error = refusal(path)
    assert error.key == "error.text-not-utf8"
    assert (error.values["position"], error.values["line"]) == (5, 2)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \n\t\n"])
def test_empty_files(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    assert refusal(path).key == "error.text-empty"


def test_the_limit_is_exact_and_stated(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a" * MAX_BYTES)
    assert len(read_text_file(path).content) == MAX_BYTES
    path.write_bytes(b"a" * (MAX_BYTES + 1))
    error = refusal(path)
    assert error.key == "error.text-too-large"
    assert "5 MB" in Catalogue("en").error(error)


def test_missing_files_and_folders(tmp_path: Path) -> None:
    assert refusal(tmp_path / "absent.txt").key == "error.read-missing"
    assert refusal(tmp_path).key == "error.read-folder"
    assert refusal(tmp_path / "a\0b").key == "error.read-failed"


def test_an_endless_device_is_refused_without_reading_it_all() -> None:
    assert refusal(Path("/dev/zero")).key == "error.text-too-large"


@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.txt"
    path.write_bytes(data)
    try:
        content = read_text_file(path).content
    except UserError as error:
        content = None
        refused = error.key
    if content is None:
        assert refused in {"error.text-binary", "error.text-not-utf8", "error.text-empty"}
    else:
        assert content.strip()
        assert "\0" not in content


def test_a_python_without_sources_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "PYTHON_MODULES", ("sys",))
    with pytest.raises(UserError) as caught:
        named_text("python")
    assert caught.value.key == "error.text-no-python-source"
