"""Changes are the ones named, at their places, and programs again."""

import ast

import pytest

from lab.layout import ROOT
from lab.mutation.code_changes import apply_change, find_changes


def after(text: str) -> list[str]:
    return [change.after for change in find_changes("m.py", text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a < b", ["a <= b", "a >= b"]),
        ("a != b", ["a == b"]),
        ("a < b < c", ["a <= b < c", "a >= b < c", "a < b <= c", "a < b >= c"]),
        ("x = a + b", ["x = a - b"]),
        ("x += a", ["x -= a"]),
        ("x = a & ~b", ["x = a | ~b", "x = a & b"]),
        ("x = not a or b", ["x = not a and b", "x = a or b"]),
        ("x = -1", ["x = 1", "x = -2"]),
        ("x = 0", ["x = 1"]),
        ("x = f(y, ndim=True)", ["x = f(y, ndim=False)"]),
        ("x = np.minimum(a, b)", ["x = np.maximum(a, b)"]),
        ("x = min(a)", ["x = max(a)"]),
        ("def f(x):\n    return g(x)", ["return x"]),
    ],
)
def test_a_place_is_changed_in_every_way_that_is_named(text: str, wanted: list[str]):
    assert sorted(after(text)) == sorted(wanted)


@pytest.mark.parametrize(
    "text",
    [
        '"""Twice 2 < 3."""',
        "x = 'a' if y else None",
        "x: Literal[1, 2]",
        "from a import b",
        "raise UserError(f'{n + 1}', 3 < n)",
        "x = f'{n + 1}'",
        "x = zip(a, b, strict=True)",
        "def f(x=3): pass",
        "@cache(2)\nclass A: pass",
    ],
)
def test_text_types_imports_and_errors_are_left_alone(text: str):
    assert after(text) == []


def test_statements_inside_others_are_changed_once_and_keep_their_lines():
    text = "def f(a):\n    for b in a:\n        if b > 1:\n            return b\n"
    found = find_changes("m.py", text)
    assert [(change.line, change.after) for change in found] == [
        (3, "if b >= 1:"), (3, "if b <= 1:"), (3, "if b > 2:"),
    ]  # fmt: skip


PATHS = ["evaluation/metrics/bootstrap.py", "beats/resampling.py", "features/selection.py"]


@pytest.mark.parametrize("path", PATHS)
def test_each_change_of_a_module_is_one_statement_of_it(path: str):
    text = (ROOT / "src/ecg_anomaly" / path).read_text()
    plain = ast.unparse(ast.parse(text))
    found = find_changes(path, text)
    assert found == find_changes(path, text)
    assert len(found) > 30
    for change in found:
        assert change.before != change.after
        changed = apply_change(text, change)
        ast.parse(changed)
        pairs = zip(plain.splitlines(), changed.splitlines(), strict=True)
        assert [(a.strip(), b.strip()) for a, b in pairs if a != b] == [
            (change.before, change.after)
        ]


def test_a_change_of_another_text_is_refused():
    (change,) = find_changes("m.py", "x = a + b")
    with pytest.raises(ValueError, match=r"no line 'x = a \+ b' any more"):
        apply_change("y = a + b", change)
    with pytest.raises(ValueError, match="any more"):
        apply_change("", change)
