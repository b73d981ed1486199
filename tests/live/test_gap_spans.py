import pytest

from ecg_anomaly.findings.beatless_signal import FLAT, MISSING, SILENT, STEEP
from ecg_anomaly.live.gap_spans import MOST_SPANS, add_span, cut_before, off_since, silent_since


def test_a_span_of_the_same_state_continues_the_last_one():
    spans = add_span(add_span([], (1.0, 2.0, SILENT)), (2.0, 3.0, SILENT))
    assert spans == [(1.0, 3.0, SILENT)]
    assert add_span(spans, (3.0, 4.0, FLAT)) == [(1.0, 3.0, SILENT), (3.0, 4.0, FLAT)]
    assert spans == [(1.0, 3.0, SILENT)]


def test_of_too_many_spans_the_oldest_are_forgotten():
    spans = []
    for k in range(MOST_SPANS + 5):
        spans = add_span(spans, (k, k + 1.0, (SILENT, FLAT)[k % 2]))
    assert (len(spans), spans[0][0]) == (MOST_SPANS, 5)


def test_what_lies_before_a_time_is_cut_off():
    spans = [(1.0, 2.0, SILENT), (2.0, 4.0, FLAT), (4.0, 5.0, STEEP)]
    assert cut_before(spans, 3.0) == [(3.0, 4.0, FLAT), (4.0, 5.0, STEEP)]
    assert cut_before(spans, 2.0) == spans[1:]


@pytest.mark.parametrize(
    ("states", "beat_s", "steep_s", "since_s"),
    [
        ([], 9.9, None, None),
        ([STEEP], 9.9, 10.5, None),
        ([SILENT], 9.9, None, 9.9),  # from the beat right before it
        ([SILENT], 7.0, None, 10.0),
        ([SILENT], None, None, 10.0),
        ([STEEP, SILENT], 9.9, 10.7, 10.7),
        ([STEEP, SILENT], 9.9, None, 11.0),
        ([FLAT, SILENT], 9.9, 3.0, 11.0),
    ],
)
def test_it_is_silent_since_the_last_beat_or_rise(states, beat_s, steep_s, since_s):
    spans = [(10.0 + k, 11.0 + k, state) for k, state in enumerate(states)]
    assert silent_since(spans, beat_s, steep_s) == since_s


@pytest.mark.parametrize(
    ("states", "since_s"),
    [([], None), ([SILENT], None), ([SILENT, FLAT, MISSING], 1.0), ([FLAT, SILENT], None)],
)
def test_it_is_off_while_flat_or_missing(states, since_s):
    assert off_since([(k, k + 1.0, state) for k, state in enumerate(states)]) == since_s
