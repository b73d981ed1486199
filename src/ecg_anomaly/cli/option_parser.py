"""Parse command lines so that a wrong one is an error like any other: one line, exit status 1."""

from argparse import ArgumentParser
from typing import NoReturn

from ecg_anomaly.files.errors import UserError


class OptionParser(ArgumentParser):
    """An `ArgumentParser` that raises a `UserError` where that of the library ends the process.

    The library prints the usage and exits with status 2. A script that calls ``ecg-anomaly`` can
    rather rely on one rule: whatever a user can correct is one line on standard error, and status
    1. Parsers of subcommands are of this class too.

    Examples
    --------
    >>> parser = OptionParser(prog="ecg-anomaly score")
    >>> _ = parser.add_argument("--fs", type=float)
    >>> parser.parse_args(["--fs", "x"])
    Traceback (most recent call last):
    ecg_anomaly.files.errors.UserError: ecg-anomaly score: argument --fs: invalid float value: 'x'; see ecg-anomaly score --help
    """  # noqa: E501

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Parameters
        ----------
        message : str
            What is wrong with it.

        Raises
        ------
        UserError
            Always.
        """
        raise UserError(self.prog, message, f"see {self.prog} --help")
