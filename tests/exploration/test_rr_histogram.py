import numpy as np

from ecg_anomaly.exploration.rr_histogram import RRHistogram


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
