"""Exports inside zip and gzip: the same bytes are the same file, and nothing gets out of its archive."""

import errno
import gzip
import hashlib
import io
import stat
import zipfile
from pathlib import Path

import pytest

from transforms.exports import ExportFile, Limits, Refusal, expand


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def refusals(path: Path, limits: Limits | None = None) -> list[str]:
    found = list(expand(path, path.name, limits))
    for one in found:
        if isinstance(one, Refusal):
            assert one.sentence("ko")
            assert one.name in one.sentence("en")
    return [one.code if isinstance(one, Refusal) else one.name for one in found]


def test_plain_zip_and_gzip_give_the_same_file(tmp_path: Path) -> None:
    data = b"a,b\n1,2\n"
    (tmp_path / "x.csv").write_bytes(data)
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(data))
    zipped(tmp_path / "x.zip", {"folder/x.csv": data})
    found = [one for name in ("x.csv", "x.csv.gz", "x.zip") for one in expand(tmp_path / name, name)]
    assert all(isinstance(one, ExportFile) for one in found)
    assert [one.name for one in found] == ["x.csv", "x.csv.gz/x.csv", "x.zip/folder/x.csv"]
    assert {one.sha256 for one in found} == {hashlib.sha256(data).hexdigest()}
    assert {one.size for one in found} == {len(data)}
    for one in found:
        assert isinstance(one, ExportFile)
        assert one.file_id == one.sha256[:16]
        for _ in range(2):  # it can be opened again
            with one.open() as handle:
                assert handle.read() == data


@pytest.mark.parametrize("member", ["../out.csv", "/etc/out.csv", "a/../../out.csv", "..\\out.csv", "C:\\out.csv"])
def test_member_outside_the_archive_refuses_it_whole(tmp_path: Path, member: str) -> None:
    path = zipped(tmp_path / "x.zip", {"good.csv": b"1", member: b"2"})
    assert refusals(path) == ["unsafe_archive"]


def test_symlink_in_an_archive(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refusals(tmp_path / "x.zip") == ["unsafe_archive"]


def test_archive_in_an_archive_is_refused_alone(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.csv": b"1", "b.zip": b"2", "c.csv": b"3"})
    assert refusals(path) == ["x.zip/a.csv", "nested_archive", "x.zip/c.csv"]
    (tmp_path / "y.zip.gz").write_bytes(gzip.compress(b"2"))
    assert refusals(tmp_path / "y.zip.gz") == ["nested_archive"]


def test_limits_of_size_and_number(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.csv": b"0" * 5000, "b.csv": b"0" * 5000})
    assert refusals(path, Limits(expanded=9_999)) == ["archive_too_large"]
    assert refusals(path, Limits(members=1)) == ["archive_too_many"]
    (tmp_path / "y.csv.gz").write_bytes(gzip.compress(b"0" * 10_000_000))
    assert refusals(tmp_path / "y.csv.gz", Limits(expanded=9_999_999)) == ["archive_too_large"]


@pytest.mark.parametrize("data", [b"", b"no archive", gzip.compress(b"x" * 9999, mtime=0)[:-20]])
def test_unreadable_archives(tmp_path: Path, data: bytes) -> None:
    for name in ("x.zip", "x.csv.gz"):
        (tmp_path / name).write_bytes(data)
        if (name, data) != ("x.csv.gz", b""):  # an empty gzip holds an empty file, refused when read
            assert refusals(tmp_path / name) == ["unreadable_archive"]


def test_damaged_member_is_refused_under_a_hash_of_its_own(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.csv": bytes(range(256)) * 40, "b.csv": b"1,2\n"})
    data = bytearray(path.read_bytes())
    data[60:70] = b"\xff" * 10
    path.write_bytes(data)
    bad, good = expand(path, "x.zip")
    assert isinstance(bad, Refusal)
    assert isinstance(good, ExportFile)
    assert bad.sha256 != hashlib.sha256(data).hexdigest()


def test_locked_archive(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.csv": b"1"})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    path.write_bytes(data)
    assert refusals(path) == ["locked_archive"]


def test_korean_names_written_by_windows(tmp_path: Path) -> None:
    placeholder = "AAAAAAAAAA.csv"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(placeholder, b"1")
    korean = "발생사건a".encode("cp949") + b"b.csv"
    assert len(korean) == len(placeholder)
    (tmp_path / "x.zip").write_bytes(data.getvalue().replace(placeholder.encode(), korean))
    assert refusals(tmp_path / "x.zip") == ["x.zip/발생사건ab.csv"]


def test_members_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"b.csv": b"1", "__MACOSX/b.csv": b"x", "a.csv": b"2"})
    assert refusals(path) == ["x.zip/a.csv", "x.zip/b.csv"]


def test_member_without_a_name_refuses_the_archive(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"n.csv": b"a\n"})
    path.write_bytes(path.read_bytes().replace(b"n.csv", b"\0.csv"))  # the name ends at the NUL
    assert refusals(path) == ["unreadable_archive"]


def test_names_and_packing_that_make_no_sense(tmp_path: Path) -> None:
    """Found by damaging archives at random: each of them once ended in a traceback."""
    zipped(tmp_path / "names.zip", {"발생.csv": b"x"})
    data = (tmp_path / "names.zip").read_bytes()
    (tmp_path / "names.zip").write_bytes(data.replace("발생".encode(), b"\xff\xfe\xfd\xfc\xfb\xfa"))
    assert refusals(tmp_path / "names.zip") == ["unreadable_archive"]
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        path = tmp_path / f"{method}.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("x.csv", bytes(range(256)) * 40)
        packed = bytearray(path.read_bytes())
        packed[60:90] = bytes(30)
        path.write_bytes(packed)
        assert refusals(path) == ["unreadable_archive"]


def test_disk_that_does_not_answer_is_no_damaged_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "x.zip", {"x.csv": b"a"})

    def failing(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("transforms.exports.files.archives.zipfile.ZipFile", failing)
    with pytest.raises(OSError, match="Input/output error"):
        list(expand(path, path.name))
