def test_duration_is_in_seconds(record):
    assert record.duration_s == 3.0
