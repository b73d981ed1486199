"""Check that the records and subjects named in a configuration exist in the data set."""

from collections.abc import Collection, Iterable, Mapping

from ecg_anomaly.config.data_schema import DATABASES
from ecg_anomaly.config.pipeline_schema import DatasetConfig
from ecg_anomaly.files.errors import UserError, list_some


def check_names(dataset: DatasetConfig, subjects: Mapping[str, str]) -> None:
    """Refuse names in the configuration that match nothing.

    Parameters
    ----------
    dataset : DatasetConfig
        Names records in ``exclude`` and ``subjects``, and in ``split.test`` and
        ``split.validation`` subjects, or records if beats are split one by one.
    subjects : mapping of str to str
        Subject of every record found.

    Raises
    ------
    UserError
        When a name is unknown; the error gives the key and some of the known names.
    """
    check_known("dataset.exclude", _in_read_databases(dataset, dataset.exclude), subjects)
    check_known("dataset.subjects", _in_read_databases(dataset, dataset.subjects), subjects)
    units = split_units(dataset, subjects)
    check_known("dataset.split.test", dataset.split.test, units)
    check_known("dataset.split.validation", dataset.split.validation, units)


def _in_read_databases(dataset: DatasetConfig, names: Iterable[str]) -> list[str]:
    """Leave out the names of databases that the cohort does not read: it may be any subset."""
    unread = tuple(f"{name}/" for name in DATABASES if name not in dataset.databases)
    return [name for name in names if not dataset.databases or not name.startswith(unread)]


def split_units(dataset: DatasetConfig, subjects: Mapping[str, str]) -> set[str]:
    """Return the subjects, or records if beats are split one by one, that are not excluded."""
    used = [name for name in subjects if name not in dataset.exclude]
    return set(used) if dataset.split.unit == "beat" else {subjects[name] for name in used}


def check_known(key: str, named: Iterable[str], there: Collection[str]) -> None:
    """Refuse unknown names.

    Parameters
    ----------
    key : str
        Configuration key, named in the error.
    named : iterable of str
        Names to check.
    there : collection of str
        The known names.

    Raises
    ------
    UserError
        When a name is unknown; the error gives the key and some names of both kinds.
    """
    absent = sorted(set(named) - set(there))
    if absent:
        rule = f"{list_some(absent)} not in the data set, which has {list_some(sorted(there))}"
        raise UserError(key, rule, "correct the names")
