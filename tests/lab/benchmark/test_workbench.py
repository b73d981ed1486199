from types import SimpleNamespace

from lab.benchmark import workbench


def test_a_fold_of_another_number_of_folds_or_without_noisy_copies_is_prepared_anew(
    compose_benchmark, monkeypatch, tmp_path
):
    """Others train in it, or on other beats, though its name is the same."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(workbench, "write_splits", lambda folder, *_: folder.mkdir(parents=True))
    monkeypatch.setattr(workbench, "read_splits", lambda _: None)
    described = SimpleNamespace(beats=SimpleNamespace(reference=None))
    keys = set()
    for change in ("benchmark.folds=1", "benchmark.folds=3", "training.noisy_copies=false"):
        config = compose_benchmark("benchmark=inter_patient", change)
        bench = workbench.Workbench(config, log=None)
        keys.add(bench.prepare("fold_0", lambda: described, lambda _: None)[1])
    assert len(keys) == 3
