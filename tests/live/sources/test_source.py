from ecg_anomaly.live.sources.source import LinkLost, StreamEnded, StreamOpened


def test_every_delivery_names_its_stream():
    opened = StreamOpened("a", 250.0, ("II",))
    assert {d.stream for d in (opened, LinkLost("a", "no answer"), StreamEnded("a"))} == {"a"}
    assert opened.title == ""
