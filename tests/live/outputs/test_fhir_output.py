import json
import resource

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.outputs import fhir_output
from ecg_anomaly.live.outputs.fhir_output import FhirOutput, make_observation
from ecg_anomaly.live.outputs.follower import OutputFailed

ROW = {
    "stream": "bed 1", "run": 2, "sample": 500, "kind": "alarm.asystole.raised", "time_s": 5.0,
    "key": "k", "label": "asystole", "text": "no QRS complex for 4 s", "priority": "critical",
}  # fmt: skip
STRIP = (0, 100.0, ["II", "Y"], np.array([[0.1, -1], [np.nan, 2.0005]] * 300, np.float32))


def test_an_observation_has_the_signal_of_each_lead():
    made = json.loads(json.dumps(make_observation(ROW, STRIP)))
    assert (made["resourceType"], made["status"]) == ("Observation", "preliminary")
    assert made["subject"]["identifier"] == {"value": "bed 1"}
    assert made["issued"].endswith("+00:00")
    first, second = made["component"]
    assert first["code"]["coding"][0]["code"] == "131330"
    assert "coding" not in second["code"]
    data = first["valueSampledData"]
    assert (data["period"], data["dimensions"], data["origin"]["code"]) == (10, 1, "uV")
    assert data["data"].split()[:4] == ["100", "E", "100", "E"]
    assert second["valueSampledData"]["data"].split()[1] == "2000"


def test_its_id_is_that_of_the_event_and_a_valid_one():
    first, other = make_observation(ROW, None), make_observation({**ROW, "run": 3}, STRIP)
    assert first["id"] == make_observation(ROW, STRIP)["id"] != other["id"]
    assert len(first["id"]) <= 64
    assert "component" not in first


def test_alarms_that_are_raised_are_written_when_their_strip_is_there(tmp_path):
    strips = {}
    output = FhirOutput(str(tmp_path / "alarms.ndjson"), lambda key: strips.get(key, []))
    rows = [{"kind": "beat"}, ROW, {**ROW, "kind": "alarm.asystole.ended"}]
    assert output.send(rows) == 1
    strips["k"] = [(900, 100.0, ["II"], np.zeros((5, 1))), STRIP]
    assert output.send(rows[1:]) == 2
    (line,) = (tmp_path / "alarms.ndjson").read_text().splitlines()
    assert len(json.loads(line)["component"]) == 2


def test_a_strip_that_never_comes_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(fhir_output, "PATIENCE_S", -1.0)
    output = FhirOutput(str(tmp_path / "alarms.ndjson"), lambda _: [])
    assert output.send([ROW]) == 1
    assert "component" not in json.loads((tmp_path / "alarms.ndjson").read_text())


def test_a_line_that_is_written_in_part_is_not_taken_for_written(tmp_path):
    output = FhirOutput(str(tmp_path / "alarms.ndjson"), lambda _: [STRIP])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, before[1]))  # as on a disk that is full
    try:
        with pytest.raises(OutputFailed):
            output.send([ROW])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_folder_that_is_not_there_is_said_at_once(tmp_path):
    with pytest.raises(UserError, match="folder is not there"):
        FhirOutput(str(tmp_path / "no/alarms.ndjson"), lambda _: [])
