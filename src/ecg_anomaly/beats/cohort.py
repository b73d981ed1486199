"""Many records as one set of beats."""

from collections.abc import Iterable

from ecg_anomaly.beats.beat_set import BeatSet, concatenate_beats
from ecg_anomaly.beats.windows import cut_beats
from ecg_anomaly.config.schema import DatasetConfig, PreprocessConfig
from ecg_anomaly.records.record import Record


def cut_cohort(
    records: Iterable[Record], dataset: DatasetConfig, config: PreprocessConfig
) -> tuple[BeatSet, list[dict[str, object]]]:
    """Cut every record into beats.

    Parameters
    ----------
    records : iterable of Record
        One is in memory at a time.
    dataset : DatasetConfig
        Preferred leads, class of escape beats.
    config : PreprocessConfig
        Filters, beat positions, window.

    Returns
    -------
    beats : BeatSet
        In the order of the records, on no side yet.
    accounts : list of dict
        What `cut_beats` says of each record.

    Raises
    ------
    UserError
        When a record is shorter than one window and is not excluded.
    """
    parts, accounts = zip(*(cut_beats(record, dataset, config) for record in records), strict=True)
    return concatenate_beats(list(parts)), list(accounts)
