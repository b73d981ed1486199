"""Find the places of a module that can be changed so that its tests should fail.

A change is small and makes the program wrong: a comparison turned round or moved by its boundary,
``+`` for ``-``, a number doubled, ``and`` for ``or``, a condition without its ``not``, ``min`` for
``max``, a function that returns its argument. Text, annotations, imports, default arguments and the
words of errors are left alone.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

#: What becomes of an operator: the opposite, and for comparisons first the other boundary.
OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}

#: Functions that are exchanged.
OPPOSITES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum"}

#: Keyword arguments that guard against mistakes or say how something is done, not what.
GUARDS = ("strict", "copy", "kind")

_LEFT_ALONE = (ast.Raise, ast.Assert, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class CodeChange:
    """One place of a module and what it is changed to.

    Attributes
    ----------
    path : str
        Module, relative to the source folder.
    line : int
        Of the statement, from 1.
    before, after : str
        The smallest statement around the place, as `ast.unparse` writes it; of a compound
        statement, its first line.
    number : int
        Which of the changes of the module this is, in the order in which they are found.
    """

    path: str
    line: int
    before: str
    after: str
    number: int


@dataclass(frozen=True)
class _Place:
    """A node of the syntax tree, and where its parent holds it."""

    statement: ast.stmt
    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST

    def put(self, node: ast.AST) -> None:
        """Let the parent hold another node here."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def find_changes(path: str, text: str) -> list[CodeChange]:
    """Find every change of a module.

    Parameters
    ----------
    path : str
        Module, relative to the source folder.
    text : str
        Its source.

    Returns
    -------
    list of CodeChange
        The same for the same text.

    Examples
    --------
    >>> [change.after for change in find_changes("m.py", "LIMIT_S = 2.0")]
    ['LIMIT_S = 4.0']
    """
    found = []
    for number, (place, other) in enumerate(_candidates(ast.parse(text))):
        before = _first_line(place.statement)
        place.put(other)
        after = _first_line(place.statement)
        place.put(place.node)
        found.append(CodeChange(path, place.statement.lineno, before, after, number))
    return found


def apply_change(text: str, change: CodeChange) -> str:
    """Return the source of a module with one change, without its comments.

    Raises
    ------
    ValueError
        When the change is not one of this text.
    """
    tree = ast.parse(text)
    for number, (place, other) in enumerate(_candidates(tree)):
        if number == change.number and _first_line(place.statement) == change.before:
            place.put(other)
            return ast.unparse(ast.fix_missing_locations(tree))
    raise ValueError(f"{change.path} has no line {change.before!r} any more")


def _candidates(tree: ast.Module) -> Iterator[tuple[_Place, ast.AST]]:
    for statement in ast.walk(tree):
        if isinstance(statement, ast.stmt) and not isinstance(statement, _LEFT_ALONE):
            for place in list(_places(statement, statement)):
                for other in _alternatives(place):
                    yield place, other


def _places(statement: ast.stmt, parent: ast.AST) -> Iterator[_Place]:
    """Yield what a statement consists of, without the statements inside it."""
    for field, value in ast.iter_fields(parent):
        if field == "annotation":
            continue
        is_list = isinstance(value, list)
        for index, node in enumerate(value if is_list else [value]):
            if not isinstance(node, ast.AST) or isinstance(node, ast.stmt | ast.JoinedStr):
                continue
            if isinstance(node, ast.keyword) and node.arg in GUARDS:
                continue
            yield _Place(statement, parent, field, index if is_list else None, node)
            yield from _places(statement, node)


def _alternatives(place: _Place) -> Iterator[ast.AST]:
    """Yield the nodes that may stand in a place instead."""
    node = place.node
    yield from (kind() for kind in OPERATORS.get(type(node), ()))
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield ast.Constant(_other_number(node.value))
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Name) and node.id in OPPOSITES:
        yield ast.Name(OPPOSITES[node.id], node.ctx)
    elif isinstance(node, ast.Attribute) and node.attr in OPPOSITES:
        yield ast.Attribute(node.value, OPPOSITES[node.attr], node.ctx)
    elif isinstance(node, ast.Call) and node.args and isinstance(place.parent, ast.Return):
        yield node.args[0]


def _other_number(value: int | float) -> int | float:
    """Return twice a number, 1 for 0, and the other truth value."""
    if isinstance(value, bool):
        return not value
    return 2 * value if value else value + 1


def _first_line(statement: ast.stmt) -> str:
    return ast.unparse(statement).splitlines()[0]
