"""Recognition: each format by its marks, and none by those of another."""

import struct

import numpy as np
import pytest

from ecg_anomaly.records.recognition import (
    HEAD_BYTES,
    is_dicom,
    is_edf,
    is_scp,
    is_text,
    is_wfdb_annotation,
    is_wfdb_header,
    read_head,
    xml_root,
)


def scp(mark: bytes = b"SCPECG") -> bytes:
    """Return the start of an SCP-ECG file: CRC, length, section 0 with the pointer to itself."""
    pointer = struct.pack("<HII", 0, 136, 7)
    return b"ab" + struct.pack("<IHHIBB", 9999, 0, 0, 136, 13, 13) + mark.ljust(6, b"\0") + pointer


def annotations(*entries: tuple[int, int], end: bytes = b"\0\0") -> bytes:
    return b"".join(struct.pack("<H", code << 10 | value) for code, value in entries) + end


NOTE = annotations((28, 18), (63, 3), end=b"(N\0\0")


def test_only_the_first_bytes_are_read(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"a" * (HEAD_BYTES + 5))
    assert read_head(path) == b"a" * HEAD_BYTES


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (b"II,V1\r\n1;2\t3\n", True), ("Zeit;µV\n".encode("latin-1"), True),
        ("II\n1\n".encode("utf-16"), True), ("II\n1\n".encode("utf-16-be"), False),
        (np.array([-2, -5, 3, -4, 8, 4] * 50, "<i2").tobytes(), False), (b"II\n\x001", False),
        (b"\x89PNG" * 40, False), ("отведение,время\n".encode() * 9, True),
    ],
)  # fmt: skip
def test_text_has_letters_and_no_control_characters(head, text):
    assert is_text(head) == text


def test_edf_has_no_line_in_its_header():
    assert is_edf(b"0       " + b"X" * 248)
    assert is_edf(b"0       ")
    assert not is_edf(b"0       1\n0       2\n")
    assert not is_edf(b"\xffBIOSEMI")


@pytest.mark.parametrize(
    "head",
    [
        bytes(128) + b"DICM", b"\x02\0\0\0UL\4\0", b"\x08\0\5\0CS\x0a\0ISO_IR 100",
        b"\x08\0\5\0\x0a\0\0\0ISO_IR 100",
    ],
)  # fmt: skip
def test_dicom_with_and_without_its_preamble(head):
    assert is_dicom(head)
    assert not is_dicom(head[1:])


def test_scp_by_its_letters_or_its_pointers():
    assert is_scp(scp())
    assert is_scp(scp(b""))
    assert not is_scp(scp(b"")[:20])
    assert not is_scp(bytes(200))


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("<RestingECG>", "RestingECG"),
        ('<?xml version="1.0"?>\n<!DOCTYPE RestingECG SYSTEM "a.dtd">\n<RestingECG>', "RestingECG"),
        ('<!DOCTYPE x [\n<!ENTITY a "b">\n]>\n<x>', "x"),
        ('\ufeff<!-- <a> -->\n<v3:AnnotatedECG xmlns:v3="urn:hl7-org:v3">', "AnnotatedECG"),
        ("II,V1\n1,2", ""), ("", ""), ("<<", ""),
    ],
)  # fmt: skip
def test_the_root_of_xml_is_found_behind_its_prolog(text, root):
    assert xml_root(text.encode()) == root
    assert xml_root(text.encode("utf-16")) == root


def test_the_root_of_a_hostile_prolog_is_looked_for_in_no_time():
    assert xml_root(b"<!" * (HEAD_BYTES // 2)) == ""
    assert xml_root(b"<!-- -->" * (HEAD_BYTES // 8)) == ""
    assert xml_root(b"<!a[" * (HEAD_BYTES // 4)) == ""


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("100 2 360 650000\n100.dat 212 200 11 1024 995 -22131 0 MLII\n", True),
        ("# a note\n\nr_1 1 250.5/1(0) 9 10:00:00\nr_1.mat 16x4:3+24 200/mV 16 0 I\n", True),
        ("multi/3 2 360 100\nlayout 0\n~ 100\n", True), ("1 2 3\n4 5 6\n", False),
        ("I II V1\n0 1 2\n", False), ("100 2 360\n", False), ("", False), ("r 1 360\n\0", False),
    ],
)  # fmt: skip
def test_a_wfdb_header_counts_signals_and_describes_them(text, header):
    assert is_wfdb_header(text.encode()) == header


@pytest.mark.parametrize(
    ("content", "marks"),
    [
        (annotations((1, 200), (5, 300), (1, 280)), True), (NOTE + annotations((1, 77)), True),
        (annotations((59, 0), (0, 1), (0, 1), (1, 0)), True),
        (annotations((1, 200), (55, 300)), False), (annotations((1, 200), end=b""), False),
        (annotations((1, 200), end=b"\0\0\1\1"), False), (annotations((0, 200), (0, 3)), False),
        (annotations(*[(63, 0)] * 9, (1, 5)), False), (b"", False), (bytes(9), False),
    ],
)  # fmt: skip
def test_annotations_are_marks_with_times_up_to_a_zero(content, marks):
    assert is_wfdb_annotation(content) == marks


def test_annotations_longer_than_what_is_looked_at():
    assert is_wfdb_annotation(annotations((1, 200), end=b"") * (HEAD_BYTES // 2))


@pytest.mark.parametrize("seed", range(5))
def test_samples_are_no_annotations(seed):
    rng = np.random.default_rng(seed)
    for scale in (5, 200, 3000):
        assert not is_wfdb_annotation(rng.normal(0, scale, 999).astype("<i2").tobytes())
