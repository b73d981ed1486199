"""The chosen threshold: its false alarm rate holds for new subjects, other labels do not matter."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import threshold_config
from ecg_anomaly.evaluation.threshold.tuning import tune_threshold
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.beat_scores import BeatScores

RATE = threshold_config(false_alarm_rate=0.05, n_trials=30)
F1 = threshold_config(kind="best_f1", n_trials=60)


def draw_subjects(n_subjects: int = 12, n_beats: int = 300, spread: float = 0.5, seed: int = 0):
    """Draw normal and some abnormal beats of subjects whose scores differ in level and width."""
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(n_subjects), n_beats)
    anomalous = rng.random(len(owner)) < 0.1
    level, width = rng.normal(0, spread, n_subjects), np.exp(rng.normal(0, spread / 3, n_subjects))
    score = level[owner] + width[owner] * rng.gumbel(size=len(owner)) + 4 * anomalous
    return make_scores(score, anomalous, owner)


def make_scores(score, anomalous, owner=None) -> BeatScores:
    n = len(score)
    subject = np.array([f"s{k}" for k in (np.zeros(n, int) if owner is None else owner)])
    aami = np.where(anomalous, "V", "N")
    return BeatScores(np.asarray(score, float), subject, subject, aami, aami, np.arange(n))


def rate_on(scores: BeatScores, threshold: float) -> float:
    subjects = [
        scores.score[(scores.subject == s) & ~scores.anomalous] for s in set(scores.subject)
    ]
    return float(np.mean([(score > threshold).mean() for score in subjects]))


@pytest.mark.parametrize("stated", [0.1, 0.02])
def test_the_stated_rate_holds_for_subjects_never_seen(stated):
    config = replace(RATE, false_alarm_rate=stated)
    realised = [
        rate_on(
            draw_subjects(40, seed=100 + k), tune_threshold(draw_subjects(seed=k), config).value
        )
        for k in range(8)
    ]
    assert np.mean(realised) == pytest.approx(stated, abs=0.01)


def test_a_subject_on_whom_the_detector_fails_does_not_silence_it_for_all_others():
    scores = draw_subjects(20)
    failing = (scores.subject == "s3") & ~scores.anomalous
    changed = replace(scores, score=np.where(failing, scores.score + 50, scores.score))
    before, after = (tune_threshold(s, RATE).value for s in (scores, changed))
    others = changed.select(changed.subject != "s3")
    assert after < 30
    left_by_the_failing_one = 0.05 * 0.75 * 20 / 19
    assert rate_on(others, after) == pytest.approx(left_by_the_failing_one, abs=0.005)
    assert rate_on(others, after) < rate_on(others, before)


@pytest.mark.parametrize("change", [lambda s: s + 100, lambda s: s * 0, lambda s: -s])
def test_abnormal_beats_do_not_change_a_false_alarm_rate(change):
    scores = draw_subjects()
    changed = scores.score.copy()
    changed[scores.anomalous] = change(changed[scores.anomalous])
    without = scores.select(~scores.anomalous)
    expected = tune_threshold(scores, RATE)
    assert tune_threshold(replace(scores, score=changed), RATE) == expected
    assert tune_threshold(without, RATE) == expected


def test_unlabelled_beats_are_presumed_normal_only_where_nothing_is_labelled():
    scores = draw_subjects(4)
    blank = np.full(len(scores.score), "")
    normal = scores.select(~scores.anomalous)
    nameless = replace(normal, aami=blank[: len(normal.score)])
    assert tune_threshold(nameless, RATE) == tune_threshold(normal, RATE)
    partly = replace(scores, aami=np.where(scores.anomalous, "", "N"))
    assert tune_threshold(partly, RATE).value == tune_threshold(normal, RATE).value


def test_a_smaller_rate_is_a_higher_threshold():
    scores = draw_subjects()
    rates = (0.2, 0.1, 0.03, 0.01)
    found = [tune_threshold(scores, replace(RATE, false_alarm_rate=r)) for r in rates]
    assert (np.diff([threshold.value for threshold in found]) > 0).all()
    for rate, threshold in zip(rates, found, strict=True):
        assert threshold.stated_false_alarm_rate == rate
        assert threshold.validation_false_alarm_rate == pytest.approx(rate, abs=0.02)


@pytest.mark.parametrize("n_subjects", [1, 2])
def test_one_or_two_subjects_are_enough(n_subjects):
    found = tune_threshold(draw_subjects(n_subjects), RATE)
    assert found.validation_false_alarm_rate == pytest.approx(0.05, abs=0.05)


def test_the_best_f1_is_found_on_a_known_case():
    # Above 0.9 half is abnormal, below nothing: the best F1 flags exactly the top tenth.
    score = np.linspace(0, 1, 1001)
    anomalous = (score > 0.9) & (np.arange(1001) % 2 == 0)
    found = tune_threshold(make_scores(score, anomalous), F1)
    assert found.value == pytest.approx(0.9, abs=0.02)
    assert found.stated_false_alarm_rate is None


@pytest.mark.parametrize("outlier", [10.0, 1e15])
@pytest.mark.parametrize("transform", [lambda s: s, np.exp])
def test_the_best_f1_is_within_reach_of_the_best_of_all_thresholds(transform, outlier):
    scores = draw_subjects()
    transformed = transform(scores.score)
    transformed[7] = outlier
    scores = replace(scores, score=transformed)

    def f1(threshold: float) -> float:
        flagged = scores.score > threshold
        both = (flagged & scores.anomalous).sum()
        return 2 * both / (flagged.sum() + scores.anomalous.sum())

    best = max(f1(threshold) for threshold in np.unique(scores.score))
    assert f1(tune_threshold(scores, F1).value) > best - 0.005


def test_separable_beats_are_separated():
    score = np.concatenate([np.linspace(0, 1, 90), np.linspace(5, 1e6, 10)])
    found = tune_threshold(make_scores(score, score > 2), F1)
    assert 1 <= found.value < 5
    assert found.validation_false_alarm_rate == 0


@pytest.mark.parametrize("config", [RATE, F1], ids=lambda config: config.kind)
def test_the_same_seed_gives_the_same_threshold_and_trials(config):
    scores = draw_subjects(4)
    found = tune_threshold(scores, config)
    assert tune_threshold(scores, config) == found
    assert len(found.trials) == config.n_trials
    assert all(np.isfinite(list(trial.values())).all() for trial in found.trials)
    assert found.kind == config.kind


@pytest.mark.parametrize("config", [RATE, F1], ids=lambda config: config.kind)
def test_the_order_of_beats_does_not_matter(config):
    scores = draw_subjects(4)
    order = np.random.default_rng(1).permutation(len(scores.score))
    shuffled = tune_threshold(scores.select(order), config)
    assert shuffled.value == pytest.approx(tune_threshold(scores, config).value)


@pytest.mark.parametrize("config", [RATE, F1], ids=lambda config: config.kind)
def test_no_normal_beats_are_a_users_error(config):
    scores = draw_subjects(2)
    with pytest.raises(UserError, match="no normal validation beats"):
        tune_threshold(scores.select(scores.anomalous), config)


@pytest.mark.parametrize("label", ["", "N"])
def test_best_f1_without_abnormal_labels_is_a_users_error(label):
    scores = draw_subjects(2)
    plain = replace(scores, aami=np.full(len(scores.score), label))
    with pytest.raises(UserError, match="best_f1 needs labelled abnormal validation beats"):
        tune_threshold(plain, F1)


@pytest.mark.parametrize("stated", [0.2, 0.05, 0.01])
def test_levels_are_searched_from_a_quarter_of_the_stated_rate_to_four_times_it(stated):
    config = replace(RATE, false_alarm_rate=stated, n_trials=40)
    rates = 1 - np.array([t["level"] for t in tune_threshold(draw_subjects(), config).trials])
    assert rates[0] == pytest.approx(stated)
    assert stated / 4 - 1e-9 <= rates.min() < 0.6 * stated
    assert 2 * stated < rates.max() <= 4 * stated + 1e-9
