"""Beats beside ventricular ones that the detector does not flag, or calls fusion beats."""

import numpy as np
import pytest
from hand_made_beats import apply_rule, cut, fill_classes, make_beats, make_steady

from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.class_rules import ClassRule
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.run_edges import EdgeFiller

#: Probability of V and of F, and score, of a beat by its letter: v and f are not flagged, u is
#: nearly likely enough, o begins a run, w is flagged but hardly likely.
KNOWN = {
    "N": (0.02, 0.02, -4.0), "v": (0.5, 0.1, -1.0), "f": (0.1, 0.5, -1.0), "u": (0.38, 0.1, -1.0),
    "o": (0.35, 0.02, 0.1), "V": (0.9, 0.02, 2.0), "w": (0.45, 0.02, 0.5),
    "F": (0.2, 0.6, 1.0), "S": (0.3, 0.05, 1.0), "x": (np.nan, np.nan, np.nan),
}  # fmt: skip


def make(letters, rr_s=0.5, **changes):
    """Beats at one rate, or with given intervals between them."""
    ventricular, fusion, score = np.array([KNOWN[x] for x in letters]).T
    rr_s = np.broadcast_to(rr_s, len(letters) - 1)
    classes = "".join(x if x in "VFSx" else "N" for x in letters.replace("w", "V"))
    known = {"ventricular": ventricular, "fusion": fusion, "score": score, **changes}
    return make_beats(rr_s, classes, **known)


def fill(decisions, step=1000):
    return fill_classes(EdgeFiller(FindingLimits()), decisions, step)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("NfVN", "NVVN"),  # a fusion beat begins it
        ("NFVN", "NVVN"),
        ("NvVN", "NNVN"),
        ("NVfN", "NVNN"),  # after a ventricular beat any shape is changed
        ("NVvVN", "NVVVN"),
        ("NVuVN", "NVNVN"),
        ("NuVVN", "NNVVN"),
        ("NoVVN", "NVVVN"),
        ("NoVN", "NNVN"),
        ("NVSVN", "NVSVN"),
        ("NfxVN", "NNxVN"),
        ("NwvwN", "NVNVN"),
        ("NfwN", "NNVN"),
        ("NffVN", "NNVVN"),
        ("f", "N"),
        ("o", "N"),
        ("oV", "NV"),
    ],
)
@pytest.mark.parametrize("step", [1, 2, 3, 100])
def test_beats_beside_ventricular_ones_are_ventricular(letters, expected, step):
    assert fill(make(letters), step) == expected


def test_between_two_ventricular_beats_one_of_them_comes_fast():
    assert fill(make("NVvVN", [0.8, 0.8, 0.4, 0.8])) == "NVVVN"
    assert fill(make("NVvVN", [0.8, 0.4, 0.8, 0.8])) == "NVVVN"
    assert fill(make("NVvVN", [0.8, 0.7, 0.7, 0.8])) == "NVNVN"


def test_a_long_or_unknown_interval_parts_them():
    assert fill(make("NfVN", [0.8, 1.6, 0.8])) == "NNVN"
    unknown = make("NfVN", quality=np.float32([0.9, 0.4, 0.9, 0.9]))
    assert fill(unknown) == "NNVN"


def test_a_network_that_knows_no_classes_fills_nothing():
    assert fill(make("NfVvVoVVN", ventricular=np.full(9, np.nan))) == "NNVNVNVVN"


@pytest.mark.parametrize("step", [1, 2, 5])
def test_every_beat_comes_once_in_order_and_batches_change_nothing(step):
    rng = np.random.default_rng(2)
    for _ in range(30):
        decisions = make("".join(rng.choice(list("NvfuowVVVFSx"), 60)), rng.choice([0.4, 0.8], 59))
        beats, filler = make_batch(decisions), EdgeFiller(FindingLimits())
        parts = [filler.extend(part) for part in cut(beats, step)] + [filler.finish()]
        times = [t for part in parts if part is not None for t in part.time_s.tolist()]
        assert times == beats.time_s.tolist()
        assert fill(decisions, step) == fill(decisions)
        whole = apply_rule(ClassRule(FindingLimits()), decisions)
        assert apply_rule(ClassRule(FindingLimits()), decisions, step) == whole


def test_beats_that_no_rule_may_fill_never_wait():
    filler = EdgeFiller(FindingLimits())
    for part in cut(make_batch(make_steady(40, 0.8, "NVVNSNNVN")), 1):
        assert len(filler.extend(part)) == 1
        assert not filler.n_held


def test_a_tachycardia_that_begins_with_a_fusion_beat_is_found_a_beat_earlier():
    decisions = make("NNNfVVVVVV")
    (found,) = apply_rule(ClassRule(FindingLimits()), decisions)
    assert (found.kind, found.beats) == ("ventricular_tachycardia", 7)
    assert found.found_s == decisions.time_s[7]
