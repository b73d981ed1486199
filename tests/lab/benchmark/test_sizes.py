"""Sizes of the network on simulated people, the network replaced by one told what to say."""

import json

import numpy as np
import pytest

import lab.benchmark.__main__ as run_benchmark
from lab.benchmark import workbench
from lab.benchmark.results_tables import SIZES_BEGIN as BEGIN
from lab.benchmark.results_tables import SIZES_END as END
from lab.benchmark.results_tables import render_sizes, update_size_table
from lab.benchmark.unit import evaluated_splits


def know_better_with_more_samples(splits, config, _report):
    """Know the truth of those left out, but for noise; of the test side say the opposite."""
    arrays = {"epochs": np.array(1.0), "seconds": np.array(0.0)}
    rng = np.random.default_rng(config.training.seed)
    for name, inputs in evaluated_splits(splits).items():
        truth = (inputs.aami != "N").astype(float) * (1 if name == "validation" else -1)
        noise = 4.0 / config.model.samples_per_step
        arrays[f"{name}.score"] = truth + rng.normal(0, noise, len(truth))
        arrays[f"{name}.probability"] = np.tile([0.5, 0.2, 0.3, 0, 0], (len(truth), 1))
    return arrays


@pytest.fixture(scope="module")
def content(new_folder, compose_benchmark):
    folder = new_folder("sizes")
    overrides = ["benchmark=sizes", "benchmark.smoke=true", "tracking.enabled=false"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(workbench, "train_unit", know_better_with_more_samples)
        run_benchmark.run_benchmark(compose_benchmark(*overrides))
    return json.loads((folder / "data/benchmark/smoke/sizes.json").read_text("utf-8"))


def test_those_left_out_judge_and_the_test_side_does_not(content):
    metrics = {row["name"]: row["over_seeds"]["auroc"]["mean"] for row in content["sizes"]}
    default, fewer_samples = (
        metrics["normal_only"],
        next(v for name, v in metrics.items() if "78" in name),
    )
    assert default > fewer_samples > 0.8


def test_seeds_together_know_more_than_one(content):
    for row in content["sizes"]:
        assert row["together"]["auroc"] > row["over_seeds"]["auroc"]["mean"]
        assert row["over_seeds"]["auroc"]["sd"] > 0


def test_the_table_has_a_row_per_variant_and_goes_between_the_marks(content, tmp_path):
    lines = render_sizes(content).splitlines()
    assert len(lines) == 2 + len(content["sizes"]) == 2 + 4
    assert len({line.count("|") for line in lines}) == 1
    (tmp_path / "sizes.json").write_text(json.dumps(content), encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    update_size_table(page, tmp_path)
    text = page.read_text(encoding="utf-8")
    assert text == f"before\n{BEGIN}\n{render_sizes(content)}\n{END}\nafter\n"
