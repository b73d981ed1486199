import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from toy_decisions import make_decisions

from ecg_anomaly.records.ecg_signals import LeftOut
from ecg_anomaly.triage import recording_summary
from ecg_anomaly.triage.unreadable import Segment


@dataclass(frozen=True)
class Recording:
    n_samples: int
    name: str = "r"
    fs: float = 250.0
    leads: tuple[str, ...] = ("II",)
    source: Path = Path("r.hea")
    header_sha256: str = "0" * 64
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def next_stored(self, start: int) -> int:
        return start

    def read(self, *_: object) -> np.ndarray:
        raise AssertionError("figures are not made from samples")


summarize = partial(recording_summary.summarize, history_s=300.0, history_beats=64)


def test_figures_are_those_of_the_beats():
    decisions = make_decisions(9)
    found = summarize(Recording(9 * 250), decisions, [Segment(6.0, 9.0, "flat")], {"id": "x"})
    assert found["beats"] == {
        "found": 9, "readable": 8, "unreadable": 1, "flagged": 3, "in_doubt": 0, "clipped": 0,
        "bridged": 0,
    }  # fmt: skip
    assert found["burden"] == 0.375
    assert found["rates_per_hour"] == {"beats": 8 * 600, "flagged": 3 * 600}
    assert found["mean_heart_rate_bpm"] == 60.0
    assert found["unreadable"]["time_s"] == 3.0
    assert found["unreadable"]["share"] == pytest.approx(1 / 3, abs=1e-6)
    assert found["unreadable"]["stretches"] == [{"start_s": 6.0, "end_s": 9.0, "reason": "flat"}]
    assert found["detector"] == {"id": "x"}
    assert found["recording"]["duration_s"] == 9.0
    assert "not a medical device" in found["note"]


def test_where_nothing_can_be_read_there_is_no_rate():
    nothing = [Segment(0.0, 9.0, "missing samples")]
    found = summarize(Recording(9 * 250), make_decisions(0), nothing, {})
    assert (found["burden"], found["mean_heart_rate_bpm"]) == (None, None)
    assert found["rates_per_hour"] == {"beats": None, "flagged": None}
    assert found["unreadable"]["share"] == 1.0


def test_it_is_json_of_plain_numbers():
    found = summarize(Recording(2250), make_decisions(9), [Segment(1.0, 2.0, "flat")], {})
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_flagged_beats_are_counted_by_class():
    decisions = make_decisions(9, aami=np.array(["", "V", "", "", "S", "", "", "V", ""], object))
    found = summarize(Recording(9 * 250), decisions, [], {})
    assert found["flagged_by_class"] == {"S": 1, "V": 2}


@pytest.mark.parametrize(("duration_s", "short"), [(9, True), (29, True), (30, False)])
def test_a_short_recording_says_how_few_beats_there_are_to_compare_with(duration_s, short):
    recording = Recording(duration_s * 250, notes=("of the reader",))
    found = summarize(recording, make_decisions(9), [], {})
    assert found["context"] == {
        "history_s": duration_s, "beats": 8, "usual_history_s": 300.0, "usual_beats": 64,
    }  # fmt: skip
    note = (
        f"short: each beat is compared with the 8 readable beats of {duration_s} s, where 64 of "
        "300 s are usual; what all of them share is not flagged"
    )
    assert found["notes"] == ["of the reader", *([note] if short else [])]
    assert summarize(recording, make_decisions(0), [], {})["notes"] == ["of the reader"]
