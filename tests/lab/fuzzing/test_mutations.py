import re

import numpy as np
import pytest

from lab.fuzzing.mutations import MUTATIONS, WORDS, mutate


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("content", [b"", b"x", b"1 2\n3 four\n" * 99, bytes(1000)])
def test_a_mutation_takes_any_bytes_and_depends_on_its_seed_alone(mutation, content) -> None:
    results = [mutation(np.random.default_rng(seed), content) for seed in (1, 1)]
    assert results[0] == results[1]
    assert isinstance(mutate(np.random.default_rng(2), content), bytes)


def test_values_in_xml_are_replaced_and_nothing_around_them() -> None:
    replace = next(mutation for mutation in MUTATIONS if mutation.__name__ == "_replace_value")
    content, seen = b'<a b="1">\n<c>23</c></a>', set()
    for seed in range(300):
        changed = replace(np.random.default_rng(seed), content)
        match = re.fullmatch(rb'<a b="(.*)">\n<c>(.*)</c></a>', changed, re.S)
        assert match is not None
        assert match[1] == b"1" or match[2] == b"23"
        seen |= {match[1], match[2]}
    assert len(seen) > 0.9 * len(WORDS)


def test_integers_are_put_in_their_place() -> None:
    replace = next(mutation for mutation in MUTATIONS if mutation.__name__ == "_set_integer")
    changed = [replace(np.random.default_rng(seed), bytes(99) + b"x") for seed in range(200)]
    assert {len(content) for content in changed} <= {100, 101, 102, 103, 104}
    assert any(b"\xff\xff\xff\xff" in content for content in changed)
