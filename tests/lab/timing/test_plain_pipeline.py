import json

import pytest

from ecg_anomaly.records.wfdb.wfdb_files import write_record
from lab.timing import plain_pipeline
from toy_detector import toy_records


@pytest.fixture
def keras(monkeypatch):
    """Stand for the network: note how many beats it is given."""

    class Model:
        n_beats = 0

        def make_beats(self, n):
            self.n_beats = n
            return {}

        def predict(self, beats, verbose):
            assert (beats, verbose) == ({}, 0)

    model = Model()
    model.model = model
    monkeypatch.setattr(plain_pipeline, "load_trained_keras", lambda _: model)
    return model


def test_the_network_scores_as_many_beats_as_r_peaks_are_found(keras, tmp_path, capsys):
    record = toy_records()[0]
    write_record(record, tmp_path)
    plain_pipeline.main(str(tmp_path / record.name), "training")
    n_beats, *seconds = json.loads(capsys.readouterr().out)
    assert n_beats == keras.n_beats == pytest.approx(len(record.annotations.sample), rel=0.2)
    assert len(seconds) == 3
    assert min(seconds) >= 0
