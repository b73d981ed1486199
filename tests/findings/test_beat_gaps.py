import numpy as np
import pytest
from hand_made_beats import FS, make_beats

from ecg_anomaly.findings.beat_gaps import is_searched, search_gaps
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.records.record import Record

LIMITS = FindingLimits()


def draw(time_s: np.ndarray, noise: tuple[float, float] = (0, 0)) -> Record:
    """A bump at every beat, a little noise, and much of it in some seconds."""
    at = np.arange(0, float(time_s[-1]) + 1, 1 / FS)
    rng = np.random.default_rng(0)
    signal = rng.normal(0, 0.01, len(at))
    signal += np.exp(-0.5 * ((at[:, None] - time_s) / 0.012) ** 2).sum(axis=1)
    noisy = (at >= noise[0]) & (at < noise[1])
    signal += rng.normal(0, 1, len(at)) * noisy
    return Record("r", "r", signal.astype(np.float32)[:, None], FS, ("II",))


def find(decisions, **options):
    found = search_gaps(draw(decisions.time_s, **options), decisions, LIMITS)
    return [(f.kind, f.start_s, f.end_s) for f in found]


def in_doubt(*rows: int, gap_s: float = 3.0):
    """Beats, of which the 21st comes late, and some are in doubt."""
    decisions = make_beats([0.8] * 20 + [gap_s] + [0.8] * 5)
    decisions.quality[list(rows)] = 0.3
    return decisions


@pytest.mark.parametrize("rows", [(20,), (21,), (20, 21)])
def test_a_pause_whose_beats_are_in_doubt_is_one_where_the_signal_is_silent(rows):
    decisions = in_doubt(*rows)
    start_s, end_s = decisions.time_s[20:22].tolist()
    assert find(decisions) == [("pause", start_s, end_s)]
    assert find(decisions, noise=(start_s + 0.8, start_s + 1.9)) == []


def test_one_between_trusted_beats_is_left_to_their_intervals():
    assert find(in_doubt()) == []


def test_a_long_gap_that_is_silent_for_some_seconds_only_is_a_pause():
    decisions = in_doubt(gap_s=5.0)
    start_s, end_s = decisions.time_s[20:22].tolist()
    assert find(decisions) == [("asystole", start_s, end_s)]
    ((kind, first_s, last_s),) = find(decisions, noise=(end_s - 0.9, end_s - 0.2))
    assert (kind, first_s) == ("pause", start_s)
    assert 3.0 <= last_s - first_s < 4.0


def test_a_heart_that_was_not_seen_beating_has_no_pause():
    assert find(make_beats([0.8] * 20 + [3.0] + [0.8] * 3, "x" * 25)) == []


@pytest.mark.parametrize(
    ("gap_s", "trusted", "searched"),
    [(2.4, False, False), (2.5, False, True), (3.9, True, False), (4.0, True, True)],
)
def test_gaps_that_are_searched(gap_s, trusted, searched):
    assert is_searched(gap_s, trusted, LIMITS) == searched
