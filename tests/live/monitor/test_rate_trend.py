from ecg_anomaly.live.monitor.rate_trend import N_STEPS, STEP_S, RateTrend


def filled(until_s: float) -> RateTrend:
    trend = RateTrend()
    for second in range(int(until_s)):
        trend.add(second, second // STEP_S)
    return trend


def test_it_has_the_mean_of_each_step():
    trend = RateTrend()
    for time_s, rate in ((0, 60), (4, 70), (12, 80)):
        trend.add(time_s, rate)
    message = trend.to_message()
    assert message == {"start_s": 0, "step_s": STEP_S, "rate_bpm": [65.0, 80.0]}


def test_it_keeps_an_hour():
    message = filled(5000).to_message()
    assert len(message["rate_bpm"]) == N_STEPS
    assert message["start_s"] == 5000 - N_STEPS * STEP_S
    assert message["rate_bpm"] == [float(n) for n in range(140, 500)]


def test_steps_without_a_rate_have_none():
    trend = filled(20)
    trend.add(45, 90)
    assert trend.to_message()["rate_bpm"] == [0, 1, None, None, 90]


def test_a_gap_longer_than_the_trend_leaves_nothing_of_before():
    trend = filled(3600)
    trend.add(90_000, 50)
    means = trend.to_message()["rate_bpm"]
    assert means == [None] * (N_STEPS - 1) + [50]


def test_a_recording_that_starts_again_drops_the_trend():
    trend = filled(100)
    trend.add(100_000, 50)
    trend.add(5, 60)
    assert trend.to_message()["rate_bpm"] == [60]


def test_without_a_rate_it_is_empty():
    assert RateTrend().to_message()["rate_bpm"] == []
