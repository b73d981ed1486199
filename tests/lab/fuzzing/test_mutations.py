import numpy as np
import pytest

from lab.fuzzing.mutations import MUTATIONS, mutate


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("content", [b"", b"x", b"1 2\n3 four\n" * 99, bytes(1000)])
def test_a_mutation_takes_any_bytes_and_depends_on_its_seed_alone(mutation, content) -> None:
    results = [mutation(np.random.default_rng(seed), content) for seed in (1, 1)]
    assert results[0] == results[1]
    assert isinstance(mutate(np.random.default_rng(2), content), bytes)
