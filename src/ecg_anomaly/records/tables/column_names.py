"""Which columns of a table are leads."""

import re
from pathlib import Path

from ecg_anomaly.files.errors import UserError

#: Columns that count: they are no lead.
_COUNTING = re.compile(
    r"(time|t|seconds?|timestamps?|samples?|index|unnamed:|n|#)([ _(\[].*)?", re.I
)

#: More columns are no ECG.
MAX_COLUMNS = 512


def lead_columns(path: Path, names: list[str]) -> dict[int, str]:
    """Place and name of each column that is a lead.

    Raises
    ------
    UserError
        When a name is a number, so that the first line is not one of names, or comes twice.
    """
    names = [name.strip() for name in names]
    if len(names) > MAX_COLUMNS:
        raise UserError(path, f"{len(names)} columns", "leave only the leads")
    numbers = [name for name in names if re.fullmatch(r"[-+\d.eE]*\d[-+\d.eE]*", name)]
    if numbers:
        rule = f"first line has the number {numbers[0][:40]!r} where a lead is named"
        raise UserError(path, rule, "write the names of the leads into the first line")
    leads = {i: x for i, x in enumerate(names) if x and not _COUNTING.fullmatch(x)}
    twice = [name for name in leads.values() if list(leads.values()).count(name) > 1]
    if twice:
        raise UserError(path, f"two columns are named {twice[0]!r}", "give each lead its name")
    return leads
