from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.live.sources.open_offsets import OpenOffsets


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=40),
)
def test_no_message_that_is_not_kept_is_committed(steps):
    offsets, delivered, kept, committed = OpenOffsets(), [], {}, 0
    for offset, (stream, keep) in enumerate(steps):
        offsets.deliver(stream, 0, offset)
        delivered.append(stream)
        if keep:
            offsets.keep(stream, offset + 1)
            kept[stream] = offset + 1
        committed = offsets.take_ready().get(0, committed)
        open_ones = [o for o, s in enumerate(delivered) if o >= kept.get(s, 0)]
        assert committed == (min(open_ones) if open_ones else len(delivered))


def test_an_idle_stream_holds_nothing_back():
    offsets = OpenOffsets()
    offsets.deliver("idle", 0, 0)
    offsets.keep("idle", 1)
    for offset in range(1, 10):
        offsets.deliver("a", 0, offset)
    offsets.keep("a", 10)
    assert offsets.take_ready() == {0: 10}
    assert offsets.take_ready() == {}


def test_partitions_are_apart_and_may_be_forgotten():
    offsets = OpenOffsets()
    offsets.deliver("a", 0, 5)
    offsets.deliver("b", 1, 9)
    offsets.keep("b", 10)
    assert offsets.take_ready() == {0: 5, 1: 10}
    assert offsets.forget({1}) == ["b"]
    offsets.keep("b", 11)
    offsets.keep("a", 6)
    assert offsets.take_ready() == {0: 6}


def test_what_could_not_be_committed_is_ready_again():
    offsets = OpenOffsets()
    offsets.deliver("a", 0, 0)
    offsets.keep("a", 1)
    ready = offsets.take_ready()
    assert (ready, offsets.take_ready()) == ({0: 1}, {})
    offsets.take_back(ready)
    assert offsets.take_ready() == {0: 1}
