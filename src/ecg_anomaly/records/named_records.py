"""Check that the records and subjects that a configuration names are there."""

from collections.abc import Collection, Iterable, Mapping

from ecg_anomaly.config.data_schema import DATABASES
from ecg_anomaly.config.pipeline_schema import DatasetConfig
from ecg_anomaly.files.errors import UserError, list_some


def check_names(dataset: DatasetConfig, subjects: Mapping[str, str]) -> None:
    """Refuse names in the configuration that match nothing.

    Parameters
    ----------
    dataset : DatasetConfig
        Names records in ``exclude`` and ``subjects``; in ``split.test`` and ``split.validation``
        subjects, or records where beats are split one by one.
    subjects : mapping of str to str
        Subject of every record that is there.

    Raises
    ------
    UserError
        Names the key, and some of the names that there are.
    """
    check_known("dataset.exclude", names_read(dataset, dataset.exclude), subjects)
    check_known("dataset.subjects", names_read(dataset, dataset.subjects), subjects)
    units = split_units(dataset, subjects)
    check_known("dataset.split.test", dataset.split.test, units)
    check_known("dataset.split.validation", dataset.split.validation, units)


def names_read(dataset: DatasetConfig, names: Iterable[str]) -> list[str]:
    """Leave out names of a cohort's databases that are not read: any subset may be configured."""
    unread = tuple(f"{name}/" for name in DATABASES if name not in dataset.databases)
    return [name for name in names if not dataset.databases or not name.startswith(unread)]


def split_units(dataset: DatasetConfig, subjects: Mapping[str, str]) -> set[str]:
    """Names that a split may be given: of the subjects, or records, that are not excluded."""
    used = [name for name in subjects if name not in dataset.exclude]
    return set(used) if dataset.split.unit == "beat" else {subjects[name] for name in used}


def check_known(key: str, named: Iterable[str], there: Collection[str]) -> None:
    """Refuse names that are not among those there are.

    Raises
    ------
    UserError
        Names the key, and some names of both kinds.
    """
    absent = sorted(set(named) - set(there))
    if absent:
        rule = f"{list_some(absent)} not in the data set, which has {list_some(sorted(there))}"
        raise UserError(key, rule, "correct the names")
