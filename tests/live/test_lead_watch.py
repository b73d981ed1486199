import numpy as np
import pytest

from ecg_anomaly.live.lead_watch import LONGEST_S, LeadWatch

FS = 100.0


def watch(signal, watch=None):
    watch = watch or LeadWatch("a", FS, ("II", "V1"), 5.0)
    events = []
    for at in range(0, len(signal), 20):
        piece = signal[at : at + 20]
        events += watch.push(piece, (at + len(piece)) / FS)
    return events, watch


@pytest.fixture
def signal():
    return np.random.default_rng(0).normal(0, 0.1, (2000, 2)).astype(np.float32)


@pytest.mark.parametrize("value", [np.nan, 0.7])
def test_a_lead_that_goes_off_and_comes_back_is_said_once_each(signal, value):
    signal[300:1200, 1] = value
    events, _ = watch(signal)
    assert [(e.kind, e.sample) for e in events] == [
        ("technical.lead_off.V1", 800), ("technical.lead_on.V1", 1220)
    ]  # fmt: skip


def test_leads_that_move_are_not_mentioned(signal):
    assert watch(signal)[0] == []


def test_a_state_is_restored(signal):
    signal[300:, 0] = 0
    _, first = watch(signal[:1000])
    again = LeadWatch("a", FS, ("II", "V1"), 5.0)
    again.restore(first.state())
    assert again.off == ["II"]
    with pytest.raises(ValueError, match="leads"):
        LeadWatch("a", FS, ("II",), 5.0).restore(first.state())


def test_a_movement_of_a_single_sample_counts_whichever_it_is():
    for at in range(40):
        watch = LeadWatch("a", 100.0, ("I",), 1.0)
        signal = np.zeros((40, 1), np.float32)
        watch.push(signal, 0.4)
        signal[at] = 0.1
        watch.push(signal, 0.9)
        assert watch.push(np.zeros((90, 1), np.float32), 1.8) == []  # 0.9 s after it moved
        (event,) = watch.push(np.zeros((15, 1), np.float32), 1.95)
        assert event.kind == "technical.lead_off.I"


def test_no_more_than_some_seconds_of_signal_wait_however_late_a_lead_is_said(signal):
    late = LeadWatch("a", FS, ("II", "V1"), 1e6)
    pieces = np.split(np.concatenate([signal] * 5), 500)
    for turn, piece in enumerate(pieces):
        late.push(piece, 0.2 * (turn + 1))
        assert len(late._waiting) <= LONGEST_S / 0.2 + 1


@pytest.mark.parametrize("seed", range(6))
def test_what_is_said_is_what_each_turn_for_itself_tells(seed):
    rng = np.random.default_rng(seed)
    signal = rng.normal(0, 0.1, (4000, 2)).astype(np.float32)
    for _ in range(8):  # some leads stand still or are missing, and some samples move alone
        start = int(rng.integers(0, 4000))
        part = slice(start, start + int(rng.integers(100, 900))), int(rng.integers(2))
        signal[part] = rng.choice([0.0, np.nan, 0.3])
        signal[start + int(rng.integers(100)) if start < 3900 else start, part[1]] = 0.1
    at_once = LeadWatch("a", FS, ("II", "V1"), 5.0)
    events, later = [], LeadWatch("a", FS, ("II", "V1"), 5.0)
    for at in range(0, 4000, 20):
        piece, now_s = signal[at : at + 20], (at + 20) / FS
        at_once._due_s = 0.0
        said = at_once.push(piece, now_s)
        assert later.push(piece, now_s) == said
        assert later.off == at_once.off
        events += said
        if rng.random() < 0.1:
            assert later.state() == at_once.state()
            again = LeadWatch("a", FS, ("II", "V1"), 5.0)
            again.restore(later.state())
            later = again
    assert events
