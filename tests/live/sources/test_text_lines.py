import numpy as np
import pytest

from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.source import SampleBlock, StreamOpened
from ecg_anomaly.live.sources.text_lines import LineReader


def read(text, **defaults):
    reader = LineReader("stdin", defaults)
    found = [d for line in text.splitlines() for d in reader.read(line)]
    return [*found, *reader.flush()]


def test_csv_with_a_comment_says_everything():
    opened, block = read("# stream=bed1 fs=250 unit=uV\nII,V1\n1000,500\n,-500\n")
    assert opened == StreamOpened("bed1", 250.0, ("II", "V1"), "bed1")
    np.testing.assert_allclose(block.values, [[1, 0.5], [np.nan, -0.5]])
    assert block.start is None


def test_csv_takes_the_options_of_the_command():
    opened, block = read("\ufeffII\n1\nx\n3\n", fs=128.0, unit="V")
    assert (opened.stream, opened.fs) == ("stdin", 128.0)
    np.testing.assert_array_equal(block.values[:, 0], [1000, np.nan, 3000])


def test_a_column_of_numbers_tells_gaps():
    _, *blocks = read("sample,II\n5,1\n6,2\n9,3\n", fs=250)
    assert [(b.start, b.values[:, 0].tolist()) for b in blocks] == [(5, [1, 2]), (9, [3])]


def test_json_lines_are_messages():
    found = read('{"stream":"a","fs":250,"leads":["II"]}\n\n{"stream":"a","values":[1,2]}\n')
    assert [type(d) for d in found] == [StreamOpened, SampleBlock]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("II\n1\n", "states no fs"),
        ("# fs=fast\nII\n", "fs that is no number"),
        ("# fs=250\nII,V1\n1\n", "1 columns, not 2"),
        ("# fs=250 unit=bar\nII\n1\n", "none of voltage"),
        ("# fs=250\nsample\n1\n", "names no leads"),
        ("# fs=250\nsample,II\nx,1\n", "sample numbers"),
        ("# fs=250\nsample,II\n1e300,1\n", "sample numbers"),
    ],
)
def test_what_cannot_be_is_refused(text, said):
    with pytest.raises(AbsurdStream, match=said):
        read(text)


def test_samples_come_in_blocks_and_none_is_lost():
    rows = "\n".join(str(k) for k in range(100))
    blocks = read(f"# fs=250\nII\n{rows}\n")[1:]
    assert len(blocks) == 4
    assert np.concatenate([b.values for b in blocks])[:, 0].tolist() == list(range(100))
