"""Beats of a protocol: found twice, described, and told from those of other data."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import pipeline_config
from lab.benchmark.protocol_beats import describe_protocol, read_protocol_beats

CONFIG = pipeline_config()


def read(records, **dataset):
    return read_protocol_beats(records, replace(CONFIG.dataset, **dataset), CONFIG.preprocess)


def test_every_record_is_cut_at_reference_and_at_detected_positions(simulated_records):
    records = simulated_records[:3]
    beats = read(records)
    names = [record.name for record in records]
    assert sorted(set(beats.reference.record)) == sorted(set(beats.detected.record)) == names
    assert len(beats.detected) == pytest.approx(len(beats.reference), rel=0.05)
    reach = CONFIG.preprocess.match_tolerance_s * records[0].fs
    assert beats.tolerance.tolist() == [reach] * len(beats.reference)


def test_an_excluded_record_is_left_out(simulated_records):
    records = simulated_records[:3]
    beats = read(records, exclude=[records[1].name])
    assert sorted(set(beats.reference.record)) == [records[0].name, records[2].name]
    assert beats.sha256 == read([records[0], records[2]]).sha256


def test_signal_annotations_and_names_change_the_digest(simulated_records):
    record = simulated_records[0]
    signal = record.signal.copy()
    signal[77, 0] += 0.001
    symbol = record.annotations.symbol.copy()
    symbol[5] = "V" if symbol[5] != "V" else "N"
    others = [
        record,
        replace(record, signal=signal),
        replace(record, annotations=replace(record.annotations, symbol=symbol)),
        replace(record, name="another"),
    ]
    assert len({read([other]).sha256 for other in others}) == len(others)


def test_all_beats_are_described_with_those_around_them(simulated_records):
    beats = read(simulated_records[:2])
    described = describe_protocol(beats, CONFIG)
    assert len(described.description.values) == len(beats.reference)
    assert len(described.detected.values) == len(beats.detected)
    assert np.isfinite(described.description.values).all()
    only = describe_protocol(replace(beats, detected=None), CONFIG)
    assert only.detected is None
    np.testing.assert_array_equal(only.description.values, described.description.values)
