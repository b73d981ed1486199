import json
from collections import deque

import numpy as np
import pytest

from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.recording_findings import BeatRules
from ecg_anomaly.live.alarm import Condition
from ecg_anomaly.live.plain_state import give_state, take_state
from toy_ecg import FS, ToyBeats, make_ecg, steady


def through_json(value):
    return give_state(json.loads(json.dumps(take_state(value))))


def test_plain_values_and_rules_values_come_back():
    value = {
        "a": [1, 2.5, None, True, "x", float("inf")], 3: (1, (2,)), (0, "k"): deque([1, 2], 5),
        "c": Condition("pause", 1.0, 2.0, None, "why"),
    }  # fmt: skip
    assert through_json(value) == value
    assert through_json(deque([1], 5)).maxlen == 5


def test_arrays_come_back_to_the_bit():
    for array in (np.array([0.1, np.nan, -0.0]), np.zeros((0, 3), np.float32), np.arange(3) > 1):
        found = through_json(array)
        assert found.dtype == array.dtype
        assert found.tobytes() == array.tobytes()
        assert found.shape == array.shape


def test_rules_go_on_as_if_nothing_had_been():
    toy = ToyBeats(FS)
    toy.finished = True
    beats = [*steady(1, 8), *steady(8.0, 10, 0.4, "V"), (11.0, "N"), (11.8, "V"), (12.6, "N")]
    batch = make_batch(toy.push(make_ecg([*beats, *steady(13.4, 40, 0.4)], 41)))
    for cut in (3, 12, 20, 30):
        rules = BeatRules(FindingLimits())
        rules.extend(batch.select(0, cut))
        again = through_json(rules)
        rest = batch.select(cut, len(batch))
        assert again.under_way() == rules.under_way()
        assert again.extend(rest) + again.finish() == rules.extend(rest) + rules.finish()


@pytest.mark.parametrize("value", [object(), open, np.array([None]), {1, 2}])
def test_what_is_of_elsewhere_is_not_taken(value):
    with pytest.raises(TypeError):
        take_state(value)


@pytest.mark.parametrize(
    "plain",
    [
        {"!": "os:system", "state": {}},
        {"!": "ecg_anomaly.cli.main:main", "state": {}},
        {"!": "ecg_anomaly.live.events:json", "state": {}},
        {"!": "ecg_anomaly.live.events:Event.__init__", "state": {}},
        {"!": "ecg_anomaly.live.none:X", "state": {}},
        {"!": "ecg_anomaly.live.events:beat_events", "state": {}},
        {"!": "array", "dtype": "O", "shape": [1], "data": ""},
        {"!": "array", "dtype": "<f8", "shape": [9], "data": "AAAA"},
        {"no": "kind"},
        {"!": "dict", "items": 3},
    ],
)
def test_what_is_no_state_is_refused(plain):
    with pytest.raises(ValueError, match=r"state|class|buffer|dtype|array|object"):
        give_state(plain)


def test_deep_nesting_is_refused():
    plain = 1
    for _ in range(100):
        plain = [plain]
    with pytest.raises(ValueError, match="deeply"):
        give_state(plain)
