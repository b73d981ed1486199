"""Selection: each feature that goes says why, and only the training split has a say."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import selection_config
from ecg_anomaly.features.selection import (
    CLIP,
    FeatureTransform,
    read_transform,
    select_features,
    write_transform,
)
from ecg_anomaly.files.errors import UserError

CONFIG = selection_config()
NAMES = ("useful", "constant", "missing", "copy", "mirror", "other")


@pytest.fixture
def values() -> np.ndarray:
    rng = np.random.default_rng(0)
    useful, other = rng.normal(2.0, 3.0, 300), rng.normal(size=300)
    missing = np.where(np.arange(300) == 17, np.nan, useful)
    columns = [useful, np.full(300, 5.0), missing, useful * 2 + 1, -useful, other]
    return np.column_stack(columns)


def select(values, labels=None, **changes):
    return select_features(values, NAMES, labels, replace(CONFIG, **changes))


def reasons(report) -> dict[str, str]:
    return {row["feature"]: row["reason"] for row in report}


def test_every_feature_that_goes_says_why(values):
    transform, report = select(values)
    said = reasons(report)
    assert transform.names == ("useful", "other")
    assert said["useful"] == said["other"] == "kept"
    assert said["constant"] == "constant"
    assert said["missing"] == "not available in this data set"
    assert said["copy"] == "correlation 1.000 with useful"
    assert said["mirror"] == "correlation 1.000 with useful"


def test_the_report_covers_all_features_in_order_and_agrees_with_the_transform(values):
    transform, report = select(values)
    assert tuple(row["feature"] for row in report) == NAMES
    assert tuple(row["feature"] for row in report if row["kept"]) == transform.names
    assert [NAMES[column] for column in transform.columns] == list(transform.names)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_value_that_is_no_number_is_enough_to_go(values, bad):
    values[3, 5] = bad
    assert reasons(select(values)[1])["other"] == "not available in this data set"


def test_labels_choose_nothing_when_no_information_is_demanded(values):
    rng = np.random.default_rng(1)
    without, _ = select(values)
    for labels in (values[:, 0] > 2, rng.random(300) < 0.1):
        found, report = select(values, labels)
        assert found.names == without.names
        np.testing.assert_array_equal(found.mean, without.mean)
        np.testing.assert_array_equal(found.scale, without.scale)
        assert all(row["information"] is not None for row in report if row["kept"])


def test_a_feature_that_knows_nothing_of_the_label_goes_when_information_is_demanded(values):
    transform, report = select(values, values[:, 0] > 2, min_information=0.1)
    assert transform.names == ("useful",)
    assert reasons(report)["other"].startswith("mutual information 0.")


@pytest.mark.parametrize("labels", [None, np.zeros(300, bool), np.ones(300, bool)])
def test_without_two_kinds_of_labels_information_is_unknown_and_demands_nothing(values, labels):
    transform, report = select(values, labels, min_information=0.5)
    assert transform.names == ("useful", "other")
    assert {row["information"] for row in report} == {None}


def test_the_correlation_limit_is_the_configured_one(values):
    rng = np.random.default_rng(2)
    values[:, 5] = values[:, 0] + rng.normal(0, 3.0, 300)  # r about 0.7
    assert "other" in select(values, max_correlation=0.9)[0].names
    assert "other" not in select(values, max_correlation=0.5)[0].names


def test_the_variance_limit_is_the_configured_one(values):
    values[:, 5] *= 1e-4
    assert "other" not in select(values, min_variance=1e-6)[0].names
    assert "other" in select(values, min_variance=1e-12)[0].names


def test_kept_columns_are_standardised_on_the_training_beats(values):
    transform, _ = select(values)
    scaled = transform.apply(values)
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(scaled.std(axis=0), 1, atol=1e-5)


def test_other_beats_are_scaled_by_what_the_training_beats_said(values):
    transform, _ = select(values)
    row = values[:1] + transform.scale.max() * 0
    alone = transform.apply(row)
    among = transform.apply(np.concatenate([row, row * 100]))
    np.testing.assert_array_equal(alone[0], among[0])


def test_an_artefact_is_cut_off(values):
    transform, _ = select(values)
    scaled = transform.apply(np.array([[1e9] * 6, [-1e9] * 6]))
    np.testing.assert_array_equal(scaled, [[CLIP, CLIP], [-CLIP, -CLIP]])


def test_the_order_of_the_beats_does_not_matter(values):
    order = np.random.default_rng(4).permutation(300)
    one, other = select(values)[0], select(values[order])[0]
    assert one.names == other.names
    np.testing.assert_allclose(one.mean, other.mean)
    np.testing.assert_allclose(one.scale, other.scale)


def test_nothing_stays_when_nothing_is_available():
    transform, report = select(np.full((10, 6), np.nan), np.arange(10) > 5)
    assert transform.names == ()
    assert not any(row["kept"] for row in report)
    assert transform.apply(np.full((4, 6), np.nan)).shape == (4, 0)


def test_no_features_at_all_are_no_features():
    transform, report = select_features(np.zeros((10, 0)), (), None, CONFIG)
    assert (transform.names, report) == ((), [])
    assert transform.apply(np.zeros((4, 0))).shape == (4, 0)


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_beats_to_vary_leave_no_feature(n):
    transform, report = select(np.ones((n, 6)))
    assert transform.names == ()
    assert set(reasons(report).values()) == {"constant"}


def test_two_beats_of_two_kinds_are_enough_not_to_fail(values):
    rows = values[[0, 1]]
    transform, _ = select(rows, np.array([True, False]))
    assert "useful" in transform.names


def make_transform(k: int) -> FeatureTransform:
    rng = np.random.default_rng(k)
    return FeatureTransform(
        tuple(f"feature_{i}" for i in range(k)),
        np.sort(rng.choice(99, k, replace=False)).astype(np.int64),
        rng.normal(size=k) * 10.0 ** rng.integers(-12, 12, k),
        rng.random(k) / 3 + 1e-9,
    )


@pytest.mark.parametrize("k", [0, 1, 20])
def test_a_transform_comes_back_to_the_last_bit(tmp_path, k):
    written = make_transform(k)
    write_transform(tmp_path / "transform.json", written)
    found = read_transform(tmp_path / "transform.json")
    assert found.names == written.names
    for name in ("columns", "mean", "scale"):
        np.testing.assert_array_equal(getattr(found, name), getattr(written, name))
        assert getattr(found, name).dtype == getattr(written, name).dtype
    values = np.random.default_rng(1).normal(size=(7, 100)) * 50
    np.testing.assert_array_equal(found.apply(values), written.apply(values))


def test_an_absent_file_is_the_users_to_mend(tmp_path):
    with pytest.raises(UserError, match=r"transform\.json: no such file"):
        read_transform(tmp_path / "transform.json")
