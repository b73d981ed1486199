import os
import tracemalloc
from pathlib import Path

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.resting import xml_tree
from ecg_anomaly.records.resting.xml_tree import read_xml

SOUND = '<?xml version="1.0"?><a:r xmlns:a="urn:x"><a:b k="1">t &amp; <c/>u</a:b><b k="2"/></a:r>'


@pytest.fixture
def write(tmp_path: Path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "e.xml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_elements_are_found_by_their_names_without_prefix(write):
    root = read_xml(write(SOUND))
    assert (root.name, [b.attributes["k"] for b in root.find_all("b")]) == ("r", ["1", "2"])
    assert root.text_of("b") == "t & u"
    assert (root.find("b/c").name, root.find("b/d"), root.text_of("x/y")) == ("c", None, "")
    assert [element.name for element in root.walk()] == ["r", "b", "c", "b"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1", "cp1252"])
def test_every_usual_encoding_is_read(write, encoding):
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    declared = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{declared}"?><r><n>Zoë</n></r>'
    assert read_xml(write(mark + text.encode(encoding))).text_of("n") == "Zoë"


@pytest.mark.parametrize("declared", ["utf-8", "utf-16", "klingon", "us-ascii"])
def test_a_wrong_declaration_does_not_matter_to_numbers(write, declared):
    text = f'<?xml version="1.0" encoding="{declared}"?><r><n>Zo\xeb</n><d>1 2</d></r>'
    assert read_xml(write(text.encode("latin-1"))).text_of("d") == "1 2"


def test_a_document_type_elsewhere_is_not_fetched(write):
    assert (
        read_xml(write('<!DOCTYPE r SYSTEM "http://127.0.0.1:1/r.dtd"><r>&deg;1</r>')).text == "1"
    )


MANY_ATTRIBUTES = " ".join(f'a{i}="1"' for i in range(99_999))
TWO_ATTRIBUTES = '<a b="" c=""/>'
LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))

HOSTILE = {
    "laughs": f'<!DOCTYPE r [<!ENTITY a0 "x">{LAUGHS}]><r>&a9;</r>',
    "file": '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]><r>&a;</r>',
    "parameter": '<!DOCTYPE r [<!ENTITY % a "x"> %a;]><r/>',
    "attributes": f'<!DOCTYPE r [<!ATTLIST b k CDATA "{"x" * 9999}">]><r>{"<b/>" * 999}</r>',
    "deep": "<a>" * 100_000,
    "many": f"<r>{'<a/>' * 20_001}</r>",
    "one tag": f"<r {MANY_ATTRIBUTES}/>",
    "many attributes": f"<r>{TWO_ATTRIBUTES * 7_000}</r>",
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_bomb_is_refused_before_it_goes_off(write, what, monkeypatch):
    monkeypatch.setattr(xml_tree, "MAX_ELEMENTS", 20_000)
    path = write(HOSTILE[what])
    tracemalloc.start()
    try:
        with pytest.raises(UserError) as caught:
            read_xml(path)
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("content", ["<r>", "<r></q>", "x", "<r/><r/>", "\0\0", b"\xff\xfe<"])
def test_what_is_no_whole_xml_is_refused(write, content):
    with pytest.raises(UserError, match="no whole XML"):
        read_xml(write(content))


def test_a_file_that_is_too_large_is_not_read(write):
    path = write(SOUND)
    os.truncate(path, (16 << 20) + 1)
    with pytest.raises(UserError, match="16 MB of XML, more than 16"):
        read_xml(path)


@pytest.mark.parametrize(
    ("limit", "sound", "more"),
    [
        ("MAX_ELEMENTS", "<r><a/><b c=''/></r>", "<r><a/><b c='' d=''/></r>"),
        ("MAX_DEPTH", "<r><a><b><c/></b></a></r>", "<r><a><b><c><d/></c></b></a></r>"),
    ],
)
def test_a_limit_itself_is_no_more_than_the_limit(write, monkeypatch, limit, sound, more):
    monkeypatch.setattr(xml_tree, limit, 4)
    read_xml(write(sound))
    with pytest.raises(UserError, match="more than 4"):
        read_xml(write(more))
