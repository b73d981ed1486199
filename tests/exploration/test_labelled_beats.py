from dataclasses import replace

import numpy as np

from ecg_anomaly.exploration.labelled_beats import RRHistogram, find_beat_marks, rr_intervals
from ecg_anomaly.records.record import Annotations


def test_beats_are_told_from_other_marks(make_record):
    beats = find_beat_marks(make_record(symbols="+N~VAF/"))
    assert "".join(beats.label) == "NVSFQ"
    assert beats.count_classes() == {"N": 1, "S": 1, "V": 1, "F": 1, "Q": 1}


def test_escape_beats_go_where_they_are_told(make_record):
    record = make_record(symbols="Nej")
    assert "".join(find_beat_marks(record, "S").label) == "NSS"
    assert "".join(find_beat_marks(record, "N").label) == "NNN"


def test_an_unlabelled_record_has_no_beat(make_record):
    record = replace(make_record(), annotations=None)
    beats = find_beat_marks(record)
    assert len(beats.sample) == len(beats.label) == 0
    assert len(rr_intervals(record, beats)) == 0


def test_marks_outside_the_signal_are_left_out(make_record):
    record = make_record()
    marks = Annotations(np.array([-3, 10, len(record.signal)]), np.array(["N", "V", "N"]))
    assert find_beat_marks(replace(record, annotations=marks)).sample.tolist() == [10]


def test_rr_intervals_are_in_seconds(make_record):
    record = make_record(rr_s=0.8, symbols="NNN")
    np.testing.assert_allclose(rr_intervals(record, find_beat_marks(record)), [0.8, 0.8])


def test_beats_laid_end_to_end_have_no_rr_interval(cut_out_record):
    assert len(rr_intervals(cut_out_record, find_beat_marks(cut_out_record))) == 0


def test_every_interval_is_counted_once_and_long_ones_apart():
    rng = np.random.default_rng([4])
    rr_s = rng.uniform(0, 3, 500)
    label = rng.choice(["N", "V"], 500)
    histogram = RRHistogram()
    histogram.add(rr_s[:200], label[:200])
    histogram.add(rr_s[200:], label[200:])
    classes = histogram.summarise()["classes"]
    assert list(classes) == ["N", "V"]
    for name, row in classes.items():
        assert row["n"] == np.count_nonzero(label == name) == sum(row["counts"]) + row["longer"]
        assert row["longer"] == np.count_nonzero(rr_s[label == name] > 2)


def test_an_interval_lands_in_its_bin():
    histogram = RRHistogram()
    histogram.add(np.array([0.81]), np.array(["N"]))
    summary = histogram.summarise()
    counts = summary["classes"]["N"]["counts"]
    assert counts.index(1) == int(0.81 / summary["bin_s"])


def test_without_an_interval_there_is_no_class():
    assert RRHistogram().summarise()["classes"] == {}
