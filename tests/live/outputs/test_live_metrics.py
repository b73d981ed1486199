from ecg_anomaly.live.events import Event
from ecg_anomaly.live.outputs.live_metrics import FAMILIES, LiveMetrics


def rows(metrics):
    lines = metrics.to_text().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))


def test_every_family_is_there_from_the_start():
    text = LiveMetrics().to_text()
    for family, (kind, _) in FAMILIES.items():
        assert f"# TYPE {family} {kind}" in text
    assert text.endswith("\n")


def test_events_and_alarms_are_counted():
    metrics = LiveMetrics()
    said = {"alarm": "pause", "priority": "high"}
    metrics.count_events(
        [Event("a", 1, "beat", 0.1), Event("a", 1, "alarm.pause.raised", 0.1, said)]
    )
    found = rows(metrics)
    assert found['ecg_anomaly_live_events_total{group="beat"}'] == "1"
    assert found['ecg_anomaly_live_alarms_total{priority="high",kind="pause"}'] == "1"


def test_times_are_a_histogram():
    metrics = LiveMetrics()
    for lasting_s in (0.0005, 0.003, 0.003, 5.0):
        metrics.observe(lasting_s)
    found = rows(metrics)
    name = "ecg_anomaly_live_turn_seconds"
    assert found[f'{name}_bucket{{le="0.001"}}'] == "1"
    assert found[f'{name}_bucket{{le="0.005"}}'] == "3"
    assert found[f'{name}_bucket{{le="+Inf"}}'] == found[f"{name}_count"] == "4"
    assert float(found[f"{name}_sum"]) == 5.0065


def test_labels_are_escaped():
    metrics = LiveMetrics()
    metrics.count("events", group='a"b\\c\nd')
    assert r'{group="a\"b\\c\nd"}' in metrics.to_text()
