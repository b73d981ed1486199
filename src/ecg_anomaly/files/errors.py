"""The exception for every mistake that a user can correct; it becomes one line of output.

It is a module of its own because every room raises it.
"""


class UserError(Exception):
    """Something that the user can correct: a file, a configuration key, a full disk, a server.

    Scripts print it as one line and exit with status 1. Any other exception that reaches a user is
    a defect of this package and keeps its traceback.

    Parameters
    ----------
    where : object
        The file or configuration key that is wrong.
    rule : str
        What was expected and what was found instead.
    way_out : str
        What to do about it.

    Examples
    --------
    >>> print(UserError("a.hea", "the gain is 0", "write the gain"))
    a.hea: the gain is 0; write the gain
    """

    def __init__(self, where: object, rule: str, way_out: str) -> None:
        self.where, self.rule, self.way_out = str(where), rule, way_out
        # All three are arguments of the exception, so that it can be pickled.
        super().__init__(where, rule, way_out)

    def __str__(self) -> str:
        return " ".join(f"{self.where}: {self.rule}; {self.way_out}".split())
