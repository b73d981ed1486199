"""Which tests one worker runs together, and which come first.

A scheduler of our own: pytest-xdist 3.8 marks groups in a place that pytest 9.2 does not read, so
`--dist loadgroup` groups nothing. The tests of a file stay together, so that what they share is
made once; so do those of some files that import or make what is slow. The longest groups come
first: what is left in the end is short, and all workers end at about the same time.
"""

from xdist.scheduler import LoadScopeScheduling

#: Begin of the tests' names, and the group they are in, the longest group first.
GROUPS = {
    "tests/pipeline/test_pipeline_killed": "copies",
    "tests/pipeline/": "pipeline",
    "tests/bad_input/": "scripts",
    "tests/config/test_hydra_entry": "scripts",
    "tests/evaluation/test_score_baselines": "scripts",
    "tests/evaluation/test_tune_threshold": "scripts",
    "tests/records/test_extract_records": "scripts",
    "tests/test_build_features": "scripts",
    "tests/test_explore_records": "scripts",
    "tests/test_preprocess_beats": "scripts",
    "tests/network/": "keras",
    "tests/evaluation/test_evaluate_detector": "keras",
    "tests/features/test_interval_network": "keras",
    "tests/lab/benchmark/test_inter_patient": "keras",
    "tests/lab/benchmark/test_sizes": "keras",
    "tests/lab/benchmark/test_variants": "keras",
    "tests/lab/robustness/test_score_agreement": "keras",
    "tests/lab/teaching/test_gates": "keras",
    "tests/lab/test_train_intervals": "keras",
    "tests/lab/test_trained_keras": "keras",
    "tests/lab/timing/test_network_timing": "keras",
    "tests/search/test_objective": "keras",
    "tests/search/test_trial_beats": "keras",
    "tests/search/test_sweep_on_postgresql": "postgresql",
    "tests/archive/test_spark_run": "spark",
    "tests/tracking/": "mlflow",
    "tests/lab/benchmark/test_benchmark_main": "mlflow",
    "tests/test_house_rules": "source",
    "tests/test_dvc_yaml": "source",
}

#: Long files whose tests share nothing that is slow: they are dealt out one by one, and early.
APART = ("tests/search/test_sweep_killed", "tests/cli/test_bounds", "tests/cli/test_score_workers")

#: Groups in the order in which they begin; files that have no group follow. What takes copies of
#: the finished pipeline comes when it has finished.
FIRST = ("pipeline", "keras", "scripts", "mlflow", "copies")
ORDER = list(dict.fromkeys((*FIRST, *GROUPS.values())))


def group_of(name: str) -> str:
    """Name the group of a test: one of `GROUPS`, its file, or itself if it stands `APART`."""
    file = name.partition("::")[0]
    group = next((group for begin, group in GROUPS.items() if name.startswith(begin)), file)
    return name if name.startswith(APART) else group


def place_of(name: str) -> int:
    """Return where in the order a test is: its group's place, then those apart, then the rest."""
    group = group_of(name)
    if group in ORDER:
        return ORDER.index(group)
    return len(ORDER) + (not name.startswith(APART))


class GroupedTests(LoadScopeScheduling):
    """Sends the tests of a group to one worker; groups begin in the order of collection."""

    def __init__(self, config, log) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
