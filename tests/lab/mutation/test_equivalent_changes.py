"""The list of changes that nothing can notice is of the code as it is."""

import pytest

from lab.layout import ROOT
from lab.mutation.code_changes import find_changes
from lab.mutation.equivalent_changes import EQUIVALENT


@pytest.mark.parametrize("key", EQUIVALENT)
def test_an_equivalent_mutant_has_a_reason_and_is_still_in_the_code(key):
    path, before, after = key
    found = find_changes(path, (ROOT / "src" / path).read_text())
    assert (before, after) in {(change.before, change.after) for change in found}
    assert len(EQUIVALENT[key]) > 10
