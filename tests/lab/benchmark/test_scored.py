"""Cross-fitting: who is validated by whom, and what the networks of a seed say together."""

from types import SimpleNamespace

import numpy as np

from lab.benchmark.scored import (
    ScoredSplits,
    attach_unit,
    average_units,
    cross_fit,
    cross_fit_units,
    join_units,
)


def test_validation_beats_keep_the_score_of_the_network_that_has_not_seen_them(make_scores):
    test = [100, 200]
    first = {"validation": make_scores([1.0], [5], "a"), "reference": make_scores([2.0, 4.0], test)}
    other = {"validation": make_scores([3.0], [7], "b"), "reference": make_scores([4.0, 8.0], test)}
    odds = {"reference": np.full((2, 5), 0.2), "validation": np.full((1, 5), 0.2)}
    joined = cross_fit([ScoredSplits(first, odds), ScoredSplits(other, odds)])
    assert joined.scores["validation"].score.tolist() == [1.0, 3.0]
    assert joined.scores["validation"].record.tolist() == ["a", "b"]
    assert joined.scores["reference"].score.tolist() == [3.0, 6.0]
    assert joined.probability.keys() == {"reference"}


def test_one_fold_is_left_as_it_is(make_scores):
    splits = {"validation": make_scores([1.0], [5]), "reference": make_scores([2.0], [9])}
    joined = cross_fit([ScoredSplits(splits, {})])
    assert joined.scores["reference"].score.tolist() == [2.0]


def test_an_ensemble_is_the_mean_of_log_odds():
    units = [{"reference.score": np.array([s]), "seconds": np.array(1.0)} for s in (1.0, 4.0)]
    joined = join_units(units)
    assert joined.keys() == {"reference.score"}
    assert joined["reference.score"].tolist() == [2.5]


def test_one_detector_of_several_is_their_mean_seed_by_seed_and_fold_by_fold():
    def unit(score: float) -> dict[str, np.ndarray]:
        return {"reference.score": np.array([score]), "seconds": np.array(score)}

    one = [[unit(1.0), unit(2.0)], [unit(3.0), unit(4.0)]]
    other = [[unit(5.0), unit(6.0)], [unit(7.0), unit(8.0)]]
    joined = average_units([one, other])
    assert [[float(u["reference.score"][0]) for u in seed] for seed in joined] == [[3, 4], [5, 6]]
    assert float(joined[0][0]["seconds"]) == 1.0  # the first detector names the effort


def splits_of(make_inputs) -> SimpleNamespace:
    return SimpleNamespace(
        train=make_inputs(4), validation=make_inputs(6), tests={"reference": make_inputs(8)}
    )


def test_a_unit_is_put_beside_the_beats_that_it_scored(make_inputs):
    splits = splits_of(make_inputs)
    arrays = {
        "validation.score": np.arange(6.0), "reference.score": np.arange(8.0),
        "validation.rule": -np.arange(6.0), "reference.rule": -np.arange(8.0),
        "reference.probability": np.full((8, 5), 0.2),
    }  # fmt: skip
    scored = attach_unit(arrays, splits)
    assert scored.scores["reference"].score.tolist() == list(range(8))
    assert scored.scores["validation"].aami.tolist() == splits.validation.aami.tolist()
    assert scored.probability.keys() == {"reference"}
    rule = attach_unit(arrays, splits, "rule")
    assert rule.scores["validation"].score.tolist() == [-n for n in range(6)]
    assert rule.probability == {}


def test_units_of_folds_are_attached_and_joined(make_inputs):
    splits = splits_of(make_inputs)
    units = [
        {"validation.score": np.full(6, value), "reference.score": np.full(8, value)}
        for value in (1.0, 3.0)
    ]
    joined = cross_fit_units(units, [splits, splits])
    assert joined.scores["validation"].score.tolist() == [1.0] * 6 + [3.0] * 6
    assert joined.scores["reference"].score.tolist() == [2.0] * 8
