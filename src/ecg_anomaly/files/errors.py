"""The one exception a user can cause, and the single line it becomes."""


class UserError(Exception):
    """Something the user can mend: a file, a configuration key, a disk, a server.

    Parameters
    ----------
    where : str
        The file or configuration key that is wrong.
    rule : str
        What was expected and what was found instead.
    way_out : str
        What to do about it.

    Notes
    -----
    ``str(error)`` is one line: ``where: rule; way_out``. Scripts print it and exit with status 1;
    anything else that escapes a script is a defect of ours and keeps its traceback.
    """

    def __init__(self, where: object, rule: str, way_out: str) -> None:
        self.where, self.rule, self.way_out = str(where), rule, way_out
        super().__init__(where, rule, way_out)

    def __str__(self) -> str:
        return " ".join(f"{self.where}: {self.rule}; {self.way_out}".split())
