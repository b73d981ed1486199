"""The splits of a protocol come back from their folder as they were written."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import pipeline_config
from lab.benchmark.protocol_beats import describe_protocol, read_protocol_beats
from lab.benchmark.protocol_inputs import read_splits, write_splits

CONFIG = pipeline_config()


@pytest.fixture(scope="module")
def written(simulated_records, tmp_path_factory):
    """Return the beats of six records, the split of each beat, and the splits read again."""
    records = simulated_records[:6]
    beats = read_protocol_beats(records, CONFIG.dataset, CONFIG.preprocess)
    place = np.searchsorted([r.name for r in records], beats.reference.record)
    split = np.array(["train"] * 3 + ["validation"] + ["test"] * 2)[place]
    folder = tmp_path_factory.mktemp("splits") / "fold"
    write_splits(folder, describe_protocol(beats, CONFIG), split, CONFIG)
    return beats, split, read_splits(folder)


def test_every_split_has_its_own_records(written):
    beats, split, found = written
    splits = {"train": found.train, "validation": found.validation, **found.tests}
    del splits["detected"]
    splits["test"] = splits.pop("reference")
    for name, inputs in splits.items():
        recorded = inputs.select(inputs.recorded)
        assert set(recorded.record) == set(beats.reference.record[split == name])
    assert set(found.tests) == {"reference", "detected"}
    assert set(found.tests["detected"].record) == set(beats.reference.record[split == "test"])


def test_only_trained_splits_hold_synthetic_beats(written):
    _, _, found = written
    assert not found.train.recorded.all()
    assert found.tests["reference"].recorded.all()
    assert found.tests["detected"].recorded.all()


def test_the_reference_holds_every_test_beat_readable_or_not(written):
    beats, split, found = written
    rows = split == "test"
    assert found.reference.sample.tolist() == beats.reference.sample[rows].tolist()
    assert found.reference.tolerance.tolist() == beats.tolerance[rows].tolist()
    assert len(found.tests["reference"]) <= rows.sum()


def test_the_digest_of_the_data_is_kept(written):
    beats, _, found = written
    assert found.about["data_sha256"] == beats.sha256


def test_beats_without_detected_positions_have_one_test_split(written, tmp_path):
    beats, split, _ = written
    source = describe_protocol(replace(beats, detected=None), CONFIG)
    write_splits(tmp_path / "fold", source, split, CONFIG)
    assert set(read_splits(tmp_path / "fold").tests) == {"reference"}


def test_noisy_copies_follow_the_split_of_their_record_and_are_in_no_test(
    simulated_records, written, tmp_path
):
    records, (beats, split, plain) = simulated_records[:6], written
    noisy = read_protocol_beats(records, CONFIG.dataset, CONFIG.preprocess, noisy_copies=True)
    assert noisy.sha256 == beats.sha256
    write_splits(tmp_path / "fold", describe_protocol(noisy, CONFIG), split, CONFIG)
    found = read_splits(tmp_path / "fold")
    for name, inputs in (("train", found.train), ("validation", found.validation)):
        copies = inputs.select(inputs.synthetic == "noise")
        assert set(copies.record) == set(beats.reference.record[split == name])
    for name, inputs in found.tests.items():
        np.testing.assert_array_equal(inputs.sequence, plain.tests[name].sequence)
