import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from toy_decisions import make_decisions

from ecg_anomaly.records.ecg_signals import LeftOut
from ecg_anomaly.triage.recording_summary import summarize
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
