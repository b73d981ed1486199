import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb.wfdb_header import (
    MAX_LINES,
    MAX_SIGNALS,
    SegmentLine,
    list_segments,
    read_header,
)

LINE = "r1.dat 212 200(0)/mV 12 0 25 -5 0 MLII\n"


@pytest.fixture
def write_header(tmp_path):
    def write(text: str):
        (tmp_path / "r1.hea").write_text(text, encoding="utf-8")
        return tmp_path / "r1.hea"

    return write


def test_every_field_is_read(write_header):
    header = read_header(write_header("# note\nr1 1 360/1 1000 12:00:00 1/1/1980\n" + LINE))
    assert (header.fs, header.n_samples, header.segments) == (360.0, 1000, ())
    (lead,) = header.leads
    assert (lead.file, lead.format, lead.unit, lead.name) == ("r1.dat", "212", "mV", "MLII")
    assert lead.checksum == -5


def test_an_absent_length_is_none(write_header):
    assert read_header(write_header("r1 1 360\n" + LINE)).n_samples is None


def test_description_may_hold_spaces_and_comments_follow(write_header):
    header = read_header(write_header("r1 1 500 9\nr.dat 16 100 16 0 1 2 0 lead II\n# age 60\n"))
    assert header.leads[0].name == "lead II"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        ("\n# only a comment\n", "empty"),
        ("r1\n" + LINE, "no sampling rate"),
        ("r1 1\n" + LINE, "no sampling rate"),
        ("r1 1 0 1000\n" + LINE, "sampling rate is '0'"),
        ("r1 1 -360 1000\n" + LINE, "sampling rate is '-360'"),
        ("r1 1 nan 1000\n" + LINE, "sampling rate is 'nan'"),
        ("r1 1 inf 1000\n" + LINE, "sampling rate is 'inf'"),
        ("r1 1 1e300 1000\n" + LINE, "sampling rate is '1e300'"),
        ("r1 1 0.0009 1000\n" + LINE, "sampling rate is '0.0009'"),
        ("r1 1 fast 1000\n" + LINE, "sampling rate is 'fast'"),
        ("r1 x 360 1000\n" + LINE, "number of leads is 'x'"),
        ("r1 -1 360 1000\n" + LINE, "number of leads is '-1'"),
        ("r1 0 360 1000\n" + LINE, "0 leads announced"),
        ("r1 2 360 1000\n" + LINE, "2 leads announced, 1 signal lines found"),
        ("r1 1 360 -1000\n" + LINE, "length is '-1000'"),
        ("r1 1 360 1e9\n" + LINE, "length is '1e9'"),
        ("r1 1 360 " + "9" * 5000 + "\n" + LINE, "length is"),
        ("r1 1 360 1000\n" + LINE.replace("200(0)/mV", "200(0 )/uV"), "malformed"),
        ("r1 1 360 1000\nr1.dat\n", "malformed"),
        ("r1 1 360 1000\n" + LINE.replace("212", "212:999999999"), "skew 999999999"),
        ("r1 1 360 1000\n" + LINE.replace("212", "212:" + "9" * 5000), "malformed"),
        ("r1 1 360 1000\n" + "x" * 300 + LINE, "malformed"),
    ],
)
def test_what_wfdb_would_guess_is_refused(write_header, text, rule):
    path = write_header(text)
    with pytest.raises(UserError) as caught:
        read_header(path)
    assert rule in caught.value.rule
    assert caught.value.where == str(path)
    assert len(str(caught.value).splitlines()) == 1


def test_absent_header_and_folder_in_its_place(tmp_path):
    with pytest.raises(UserError, match="no such header"):
        read_header(tmp_path / "r1.hea")
    (tmp_path / "r1.hea").mkdir()
    for read in (read_header, list_segments):
        with pytest.raises(UserError, match="cannot be read"):
            read(tmp_path / "r1.hea")


def test_segments_are_read(write_header):
    path = write_header("r1/3 2 360 2500\na 1000\n~ 500\nb 1000\n")
    segments = read_header(path).segments
    assert segments == (SegmentLine("a", 1000), SegmentLine("~", 500), SegmentLine("b", 1000))
    assert list_segments(path) == ["a", "~", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "r1/2 2 360 2000\na 1000\n",
        "r1/0 2 360 0\n",
        "r1/999999999 2 360 2000\na 1000\nb 1000\n",
        "r1/2 2 360 99999999999999\na 1000\nb 1000\n",
        "r1/2 2 360 99999999999999\na 1000\n~ 99999999998999\n",
        "r1/2 2 360\na 1000\nb 1000\n",
        "r1/2 2 360 2000\na 1000\nb\n",
        "r1/2 2 360 2000\na 1000\nb\0 1000\n",
        "r1/2 2 360 2000\na 1000\nb -1000\n",
        "r1/x 2 360 2000\na 2000\n",
    ],
)
def test_segments_that_do_not_add_up_are_refused(write_header, text):
    with pytest.raises(UserError):
        read_header(write_header(text))


def test_a_length_of_0_is_unknown(write_header):
    assert read_header(write_header("r1 1 360 0\n" + LINE)).n_samples is None


def test_the_sign_for_micro_is_read_in_utf_8_and_in_latin_1(tmp_path):
    text = "r1 1 360 9\n" + LINE.replace("/mV", "/\u00b5V")
    for encoding in ("utf-8", "latin-1"):
        (tmp_path / "r1.hea").write_bytes(text.encode(encoding))
        assert read_header(tmp_path / "r1.hea").leads[0].unit == "\u00b5V"


def test_a_header_is_refused_by_its_number_of_lines_before_they_are_cut(write_header):
    path = write_header(f"r1/{MAX_LINES} 1 360 9\n" + "~ 1\n" * MAX_LINES)
    with pytest.raises(UserError, match=r"131073 lines, more than 131072"):
        read_header(path)


def test_stored_signals_are_counted_and_those_of_a_layout_are_not(write_header):
    def lines(file: str, n: int) -> str:
        return "".join(f"{file} 16 200 16 0 0 0 0 L{k}\n" for k in range(n))

    path = write_header(f"r1 {MAX_SIGNALS + 1} 360 1\n" + lines("x.dat", MAX_SIGNALS + 1))
    with pytest.raises(UserError, match="4097 signals, more than 4096"):
        read_header(path)
    path = write_header(f"r1 {MAX_SIGNALS + 1} 360 1\n" + lines("~", MAX_SIGNALS + 1))
    assert len(read_header(path).leads) == MAX_SIGNALS + 1


@pytest.mark.parametrize(
    ("n", "each", "fits"), [(1000, 1, True), (1500, 1, False), (1500, 3600, True)]
)
def test_very_short_segments_may_not_be_many(write_header, n, each, fits):
    path = write_header(f"r1/{n} 1 360 {n * each}\n" + f"a {each}\n" * n)
    if fits:
        assert len(read_header(path).segments) == n
        return
    with pytest.raises(UserError, match="1500 segments of less than 10 s on average"):
        read_header(path)


def test_a_very_long_line_is_neither_parsed_nor_repeated(write_header):
    with pytest.raises(UserError, match="a line of 15000012 characters") as caught:
        read_header(write_header("r1 1 360 9\nr.dat 16 200" + "0" * 15_000_000))
    assert len(str(caught.value)) < 300
