"""The benchmark's configuration: the protocol of the literature, and the networks of conf/."""

import fnmatch
from pathlib import Path

import pytest
import yaml

from ecg_anomaly.features.describe import name_features
from ecg_anomaly.files.errors import UserError
from lab.benchmark.benchmark_schema import BenchmarkConfig, DetectorConfig
from lab.benchmark.unit import INTERVAL_ODDS

CONF = Path(__file__).resolve().parents[3] / "conf"
PROTOCOLS = sorted(path.stem for path in (CONF / "benchmark").glob("*.yaml"))

DS2 = [
    str(n)
    for n in (
        100,
        103,
        105,
        111,
        113,
        117,
        121,
        123,
        200,
        202,
        210,
        212,
        213,
        214,
        219,
        221,
        222,
        228,
        231,
        232,
        233,
        234,
    )
]


@pytest.mark.parametrize("path", sorted((CONF / "benchmark").glob("*.yaml")), ids=lambda p: p.stem)
def test_every_protocol_composes_and_says_its_own_name(compose_benchmark, path):
    config = compose_benchmark(f"benchmark={path.stem}")
    assert config.benchmark.protocol == path.stem
    assert f"benchmark={path.stem}" in path.read_text(encoding="utf-8")
    assert config.benchmark.detectors


def test_inter_patient_tests_on_ds2_and_leaves_the_paced_records_out(compose_benchmark):
    dataset = compose_benchmark("benchmark=inter_patient").dataset
    assert sorted(dataset.split.test) == DS2
    assert sorted(dataset.exclude) == ["102", "104", "107", "217"]
    assert dataset.subjects == {"202": "202"}


def test_detectors_take_their_groups_from_conf(compose_benchmark):
    detectors = compose_benchmark("benchmark=inter_patient").benchmark.detectors
    assert detectors["normal_only"].model.kind == "lstm_contrast"
    assert detectors["normal_only"].threshold == "false_alarm_rate"
    written = yaml.safe_load((CONF / "model/lstm_classifier.yaml").read_text(encoding="utf-8"))
    assert vars(detectors["supervised"].model) == written


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("protocol", "other"),
        ("seeds", []),
        ("seeds", [-1]),
        ("detectors", {"mean": DetectorConfig(average_of=["absent"])}),
        ("detectors", {"mean": DetectorConfig(average_of=["mean"])}),
    ],
    ids=str,
)
def test_a_value_against_its_rule_is_refused(key, value):
    with pytest.raises(UserError, match=f"benchmark.{key}"):
        BenchmarkConfig(**{key: value})


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_pattern_of_features_left_out_fits_one(compose_benchmark, protocol):
    benchmark = compose_benchmark(f"benchmark={protocol}").benchmark
    detectors = [*benchmark.detectors.values(), *benchmark.variants.values()]
    patterns = {pattern for detector in detectors for pattern in detector.left_out}
    names = [*name_features(2), INTERVAL_ODDS]
    assert [p for p in sorted(patterns) if not fnmatch.filter(names, p)] == []
