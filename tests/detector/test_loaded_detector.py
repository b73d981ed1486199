"""A loaded detector knows its digest and opens streams."""

from dataclasses import replace

import pytest

from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.detector.loading import DIGESTS, load_detector
from ecg_anomaly.files.digests import file_sha256


def test_its_digest_is_that_of_the_list_of_its_parts(folder):
    found = load_detector(folder)
    assert isinstance(found, Detector)
    assert found.digest == file_sha256(folder / DIGESTS)


def test_it_keeps_its_digest_with_another_threshold(detector):
    assert replace(detector, threshold=1.0).digest == detector.digest


def test_streams_are_independent_of_each_other(detector, record):
    one, other = (detector.stream(record.fs, record.leads, name=name) for name in "ab")
    one.push(record.signal[:720])
    assert (one.n_samples, other.n_samples) == (720, 0)
    assert (one.name, other.name) == ("a", "b")


def test_a_detector_without_digest_streams_too(detector):
    bare = LoadedDetector(**{**vars(detector), "digest": ""})
    stream = bare.stream(360.0, ["II"])
    again = bare.stream(360.0, ["II"])
    again.restore(stream.snapshot())
    with pytest.raises(Exception, match="another detector"):
        detector.stream(360.0, ["II"]).restore(stream.snapshot())
