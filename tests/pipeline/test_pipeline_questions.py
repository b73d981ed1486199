"""`dvc exp run` with another network, and what dvc shows of its results."""

from pathlib import Path

import pytest

from pipeline_copy import (
    STAGES,
    TINY,
    call_well,
    commit_all,
    dvc_says,
    read_metrics,
    stages_run,
)
from warm_python import warm_dvc

pytestmark = pytest.mark.slow


def test_an_experiment_with_the_other_model_runs_what_depends_on_it(
    copied: Path, python: Path
) -> None:
    former = read_metrics(copied)
    commit_all(copied, "results")
    # One network, and no log of it, is all that DVC needs to show.
    settings = (*TINY, "training.folds=1", "tracking.enabled=false")
    tiny = [word for setting in settings for word in ("-S", setting)]
    words = ["exp", "run", "-n", "clf", "-S", "model=lstm_classifier", *tiny]
    shown = call_well(warm_dvc(python, *words), copied)
    assert stages_run(shown.stdout) == ["train", "tune_threshold", "evaluate", "package"]
    assert read_metrics(copied)["detector"] != former["detector"]
    assert read_metrics(copied)["best_baseline"]["auroc"] == former["best_baseline"]["auroc"]

    table, difference = dvc_says(copied, ["exp", "show", "--csv"], ["metrics", "diff"])
    assert "clf" in table
    assert "lstm_classifier" in table
    assert "detector.auroc" in difference


def test_dvc_shows_what_a_user_asks_for(copied: Path) -> None:
    metrics, diagram, _ = dvc_says(
        copied, ["metrics", "show"], ["dag"], ["plots", "show", "-o", "plots"]
    )
    assert "detector.average_precision" in metrics
    assert all(stage in diagram for stage in STAGES)
    html = (copied / "plots/index.html").read_text()
    for plot in ("ROC on the test split", "Decisions at the threshold", "Loss of each epoch"):
        assert plot in html
