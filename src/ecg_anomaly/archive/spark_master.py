"""Check and name the Spark master, the address that says where an archive is scored."""

import re

from ecg_anomaly.files.errors import UserError

#: Every core of this machine.
LOCAL = "local[*]"

#: How often a task may fail before Spark gives up: a killed worker costs one recording, and a part
#: has about thirty. By default it is 4, and 1 on this machine.
TASK_FAILURES = 40

_N = r"\s*[1-9]\d*\s*"

#: What Spark takes for a master: here, here as a cluster, YARN, an address; of its own with a port.
_MASTER = re.compile(
    rf"local(\[(\*|{_N})(,{_N})?\])?|local-cluster\[{_N},{_N},{_N}\]|yarn"
    r"|spark://\S+:\d+|(?!spark:)[a-z][a-z0-9+.-]*://\S+"
)


def check_master(master: str) -> None:
    """Refuse what is no master, of which Spark would say so in a hundred lines of Java.

    Raises
    ------
    UserError
        When it is none.

    Examples
    --------
    >>> check_master("local[4]")
    """
    if not _MASTER.fullmatch(master):
        way_out = "give local[4], spark://HOST:7077, yarn or k8s://ADDRESS"
        raise UserError("--master", f"{master!r} is no master of Spark", way_out)


def name_local(master: str) -> str:
    """Let a local master survive killed workers, as a cluster does.

    Examples
    --------
    >>> name_local("local[2]"), name_local("local[2,1]"), name_local("yarn")
    ('local[2,40]', 'local[2,1]', 'yarn')
    """
    found = re.fullmatch(r"local(?:\[([^],]+)\])?", master)
    return f"local[{found[1] or 1},{TASK_FAILURES}]" if found else master
