"""The ablation on simulated people, the network replaced by a rule that reads what it is given."""

import json

import numpy as np
import pytest

import lab.benchmark.__main__ as run_benchmark
from lab.benchmark import workbench
from lab.benchmark.results_tables import ablation_marks, render_ablation, update_ablation_table
from lab.benchmark.unit import evaluated_splits


def score_by_width(splits, config, _report):
    """Score by the size of what is seen: without the difference it says less."""
    arrays = {"epochs": np.array(1.0), "seconds": np.array(0.0)}
    for name, inputs in evaluated_splits(splits).items():
        score = (inputs.sequence.astype(float) ** 2).mean(axis=(1, 2))
        arrays[f"{name}.score"] = score + 1e-6 * config.training.seed
        arrays[f"{name}.probability"] = np.tile([0.5, 0.2, 0.3, 0, 0], (len(score), 1))
    return arrays


@pytest.fixture(scope="module")
def content(new_folder, compose_benchmark):
    folder = new_folder("ablation")
    overrides = ["benchmark=ablation", "benchmark.smoke=true", "tracking.enabled=false"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(workbench, "train_unit", score_by_width)
        run_benchmark.run_benchmark(compose_benchmark(*overrides))
    return json.loads((folder / "data/benchmark/smoke/ablation.json").read_text("utf-8"))


def test_the_full_detector_comes_first_and_differs_nowhere_from_itself(content):
    for change in content["variants"][0]["against_full"].values():
        assert (change["difference"], change["low"], change["high"]) == (0, 0, 0)


def test_every_variant_has_a_difference_that_its_figures_give(content):
    full, *others = content["variants"]
    assert len(others) == 4
    for variant in others:
        for metric, change in variant["against_full"].items():
            assert change["difference"] == pytest.approx(variant[metric] - full[metric], abs=1e-5)
            assert change["low"] <= change["high"]


def test_what_a_network_sees_reaches_it(content):
    metrics = {v["name"]: v["auroc"] for v in content["variants"]}
    signal = metrics["without the difference from the regular beat"]
    assert signal != metrics["without the signal itself"]


def test_the_table_has_a_row_per_variant_and_goes_between_the_marks(content, tmp_path):
    lines = render_ablation(content).splitlines()
    assert len(lines) == 2 + len(content["variants"])
    assert len({line.count("|") for line in lines}) == 1
    (tmp_path / "ablation.json").write_text(json.dumps(content), encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text("\n".join(["before", *ablation_marks("ablation"), "after\n"]), encoding="utf-8")
    update_ablation_table(page, tmp_path)
    assert page.read_text(encoding="utf-8").splitlines()[2:-2] == lines
