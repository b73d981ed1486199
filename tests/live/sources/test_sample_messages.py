import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.sample_messages import LARGEST, MessageReader, check_name
from ecg_anomaly.live.sources.source import SampleBlock, StreamOpened

OPEN = {"stream": "bed 1", "fs": 250, "leads": ["II", "V1"]}


def read(*messages, reader=None):
    reader = reader or MessageReader("topic")
    return [d for m in messages for d in reader.read(json.dumps(m))]


def test_a_message_opens_a_stream_and_holds_samples():
    opened, block = read({**OPEN, "unit": "uV", "sample": 7, "values": [[100, 200], [None, -1]]})
    assert opened == StreamOpened("bed 1", 250.0, ("II", "V1"), "bed 1")
    assert (block.stream, block.start) == ("bed 1", 7)
    np.testing.assert_allclose(block.values, [[0.1, 0.2], [np.nan, -0.001]])
    assert block.values.dtype == np.float32


def test_a_stream_is_opened_once_and_named_by_the_source_where_nothing_else_does():
    found = read({"fs": 250, "leads": ["II"]}, {"values": [1, 2]}, {"fs": 250, "leads": ["II"]})
    assert [type(d) for d in found] == [StreamOpened, SampleBlock]
    assert found[0].stream == "topic"
    assert found[1].start is None


def test_values_may_stand_by_lead():
    _, block = read({**OPEN, "values": {"V1": [3, 4], "II": [1, 2]}})
    np.testing.assert_array_equal(block.values, [[1, 3], [2, 4]])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fs": 1e9}, "states no fs"),
        ({"fs": True}, "states no fs"),
        ({"fs": "250"}, "states no fs"),
        ({"fs": float("nan")}, "states no fs"),
        ({"leads": []}, "names no leads"),
        ({"leads": ["a"] * 65}, "names no leads"),
        ({"leads": [1]}, "printable"),
        ({"unit": "mmHg"}, "none of voltage"),
        ({"unit": 3}, "none of voltage"),
        ({"stream": "x" * 1000}, "printable"),
        ({"stream": "a\nb"}, "printable"),
        ({"values": [[1]]}, "not of 2 leads"),
        ({"values": [[1, 2], [3]]}, "no numbers"),
        ({"values": "12"}, "no list"),
        ({"values": [["a", "b"]]}, "no numbers"),
        ({"values": {"II": [1]}}, "other leads"),
        ({"values": {"II": [1], "V1": [1, 2]}}, "different lengths"),
        ({"values": [[1, 2]], "sample": -1}, "sample number"),
        ({"values": [[1, 2]], "sample": 1.5}, "sample number"),
        ({"values": [[0, 0]] * 70_000}, "no list"),
    ],
)
def test_what_cannot_be_is_refused(changes, said):
    with pytest.raises(AbsurdStream, match=said) as caught:
        read({**OPEN, "values": [[1, 2]], **changes})
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", "nul", "[" * 100_000, "x" * (LARGEST + 1)])
def test_text_that_is_no_message_is_refused(text):
    with pytest.raises(AbsurdStream):
        list(MessageReader("a").read(text))


def test_infinite_and_huge_values_are_missing():
    _, block = read({**OPEN, "values": [[1e300, float("inf")]]})
    assert np.isnan(block.values).all()


@settings(max_examples=200)
@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["stream", "fs", "leads", "values", "sample", "unit", "II"]), inner,
        max_size=5,
    ),
    max_leaves=12,
))  # fmt: skip
def test_any_json_is_read_or_refused(message):
    reader = MessageReader("a", {"fs": 250, "leads": ["II"]})
    try:
        for delivery in reader.read(json.dumps(message)):
            assert isinstance(delivery, (StreamOpened, SampleBlock))
    except AbsurdStream:
        pass


def test_a_name_is_returned_as_it_is():
    assert check_name("Bett 4, Müller") == "Bett 4, Müller"
