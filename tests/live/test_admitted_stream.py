import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.admitted_stream import AdmittedStream, drop_absurd
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.monitored_patient import MonitoredPatient
from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.source import SampleBlock, StreamOpened
from toy_ecg import FS, ToyBeats, make_ecg, steady


class Held:
    """A source that can be held back."""

    name, waits, running = "held", True, True

    def keep(self, stream, position):
        pass


def admit():
    opened = StreamOpened("bed 1", FS, ("II",))
    patient = MonitoredPatient(opened, ToyBeats, FindingLimits(), AlarmSettings())
    return AdmittedStream(Held(), patient)


BEATS = [*steady(1, 8), *steady(8.0, 9.9, 0.4, "V"), *steady(10.8, 16), *steady(24.0, 30)]


def blocks(size=20):
    signal = make_ecg(BEATS, 31)
    return [SampleBlock("bed 1", signal[k : k + size], k, str(k)) for k in range(0, 3100, size)]


def watch(parts, stream=None):
    stream = stream or admit()
    events = [event for part in parts for event in stream.take(part)]
    return [e.key for e in [*events, *stream.finish("")] if e.group not in ("technical", "stream")]


def test_repeated_and_late_blocks_change_no_event():
    parts = blocks()
    expected = watch(parts)
    assert any("asystole" in kind for _, _, kind in expected)
    mixed = []
    for at in range(0, len(parts), 4):
        mixed += [*parts[at : at + 4][::-1], *parts[max(0, at - 2) : at]]
    mixed = [parts[0], *mixed]
    assert watch(mixed) == expected


def test_where_gaps_and_repetitions_are_said_does_not_depend_on_what_is_scored_by_then():
    parts = blocks()
    parts = [*parts[:20], *parts[:5], *parts[60:90]]
    one, other = admit(), admit()
    one_by_one = [e for part in parts for e in one.take(part)]
    together = [e for part in parts for e in other.collect(part)]
    assert [(e.sample, e.kind) for e in together] == [
        (400, "technical.repeated"),
        (400, "technical.gap"),
    ]
    assert [e for e in one_by_one if e in together] == together


def test_gaps_and_repetitions_are_said():
    stream, parts = admit(), blocks()
    events = [e for part in [*parts[:20], *parts[:5], *parts[60:90]] for e in stream.take(part)]
    said = {e.kind: e.said["samples"] for e in events if "samples" in e.said}
    assert said["technical.gap"] == 800
    assert said["technical.repeated"] > 0


def test_samples_without_numbers_follow_on_a_lost_link_as_long_as_it_lasted():
    stream, signal = admit(), make_ecg(BEATS, 31)
    stream.take(SampleBlock("bed 1", signal[:500]))
    (lost,) = stream.lose_link("the server has closed the link")
    assert lost.kind == "alarm.link_lost.raised"
    stream.heard = stream._lost_since = stream.heard - 30
    events = stream.take(SampleBlock("bed 1", signal[500:700]))
    assert stream.clock.next == pytest.approx(3000 + 700, abs=500)
    assert [e.said["samples"] for e in events if e.kind == "technical.gap"] == [
        pytest.approx(3000, abs=500)
    ]
    assert not any("asystole" in e.kind for e in events)


@pytest.mark.parametrize("cut", [30, 47, 98, 120])
def test_a_stream_goes_on_from_its_snapshot_as_if_nothing_had_been(cut):
    parts, first = blocks(), admit()
    before = [e.key for part in parts[:cut] for e in first.take(part)]
    again = admit()
    again.restore(first.snapshot())
    after = watch(parts[cut - 5 :], again)  # the last ones come once more
    before = [key for key in before if not key[2].startswith("technical")]
    assert before + after == watch(parts)


def test_a_damaged_snapshot_is_refused():
    for damaged in (b"", b"x" * 30, admit().snapshot()[:-40]):
        with pytest.raises(UserError):
            admit().restore(damaged)


def test_other_leads_are_absurd():
    with pytest.raises(AbsurdStream):
        admit().take(SampleBlock("bed 1", np.zeros((5, 3), np.float32)))


def test_what_is_infinite_or_absurd_is_missing():
    values = np.array([[np.inf], [-np.inf], [np.nan], [3e38], [-2e6], [1.0]], np.float32)
    assert np.isnan(drop_absurd(values)).tolist() == [[True]] * 5 + [[False]]
    assert drop_absurd(values[5:]) is not None
