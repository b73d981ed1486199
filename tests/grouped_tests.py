"""Which tests one worker runs together, because they share what is slow to make or to import.

A scheduler of our own: pytest-xdist 3.8 marks groups in a place that pytest 9.2 does not read, so
`--dist loadgroup` groups nothing. It begins with the groups of most tests, slow ones among them.
"""

from xdist.scheduler import LoadScopeScheduling

#: Begin of the tests' names, and the group they are in; other tests go one by one.
GROUPS = {
    "tests/pipeline/test_pipeline_unlabelled": "unlabelled",
    "tests/pipeline/": "pipeline",
    "tests/archive/test_spark_run": "spark",
    "tests/search/test_sweep_on_postgresql": "postgresql",
    "tests/tracking/": "mlflow",
    "tests/lab/benchmark/test_benchmark_main": "mlflow",
    "tests/network/": "keras",
    "tests/evaluation/test_evaluate_detector": "keras",
    "tests/lab/benchmark/test_inter_patient": "keras",
    "tests/lab/robustness/test_score_agreement": "keras",
    "tests/lab/teaching/test_gates": "keras",
    "tests/lab/test_trained_keras": "keras",
    "tests/search/test_objective": "keras",
    "tests/search/test_trial_beats": "keras",
}


def group_of(name: str) -> str:
    """Name the group of a test, itself when it is in none."""
    return next((group for begin, group in GROUPS.items() if name.startswith(begin)), name)


class GroupedTests(LoadScopeScheduling):
    """Sends the tests of a group to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
