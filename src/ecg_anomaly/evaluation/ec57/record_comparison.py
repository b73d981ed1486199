"""Compare the annotations of a record as EC57 asks: beats, runs of ectopic beats, episodes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecg_anomaly.evaluation.ec57.beat_comparison import BeatComparison, compare_beats
from ecg_anomaly.evaluation.ec57.episode_comparison import (
    ATRIAL_FIBRILLATION,
    VENTRICULAR_FIBRILLATION,
    EpisodeComparison,
    compare_episodes,
)
from ecg_anomaly.evaluation.ec57.marks import ComparedPart, Marks
from ecg_anomaly.evaluation.ec57.rhythm_events import SUPRAVENTRICULAR, VENTRICULAR
from ecg_anomaly.evaluation.ec57.run_comparison import RunComparison, compare_runs


@dataclass(frozen=True)
class RecordComparison:
    """The comparison of a test annotator with the reference on one record.

    Attributes
    ----------
    record : str
        Name of the record.
    beats : BeatComparison
        Beat-by-beat comparison.
    ventricular_runs, supraventricular_runs : RunComparison
        Comparison of the runs of ectopic beats.
    atrial_fibrillation, ventricular_fibrillation : EpisodeComparison
        Comparison of the episodes.
    """

    record: str
    beats: BeatComparison
    ventricular_runs: RunComparison
    supraventricular_runs: RunComparison
    atrial_fibrillation: EpisodeComparison
    ventricular_fibrillation: EpisodeComparison


def compare_record(
    record: str, reference: Marks, test: Marks, part: ComparedPart
) -> RecordComparison:
    """Compare the annotations of a record.

    Parameters
    ----------
    record : str
        Name of the record.
    reference, test : Marks
        Annotations in the order of time.
    part : ComparedPart
        Rate and length of the record.

    Returns
    -------
    RecordComparison
    """
    return RecordComparison(
        record=record,
        beats=compare_beats(reference, test, part),
        ventricular_runs=compare_runs(reference, test, part, VENTRICULAR),
        supraventricular_runs=compare_runs(reference, test, part, SUPRAVENTRICULAR),
        atrial_fibrillation=compare_episodes(reference, test, part, ATRIAL_FIBRILLATION),
        ventricular_fibrillation=compare_episodes(reference, test, part, VENTRICULAR_FIBRILLATION),
    )


def ec57_from_beats(
    reference_samples: ArrayLike,
    reference_codes: ArrayLike,
    test_samples: ArrayLike,
    test_codes: ArrayLike,
    fs: float,
    length: int | None = None,
    record: str = "",
) -> RecordComparison:
    """Compare two lists of beats of a record.

    Parameters
    ----------
    reference_samples, test_samples : (n,) and (m,) array_like of int
        Samples of the beats, ascending, from the start of the record.
    reference_codes, test_codes : (n,) and (m,) array_like of str
        WFDB codes of the beats; the AAMI classes N, S, V, F and Q are WFDB codes too.
    fs : float
        Sampling rate in Hz.
    length : int, optional
        Length of the record in samples; up to the last beat of the reference when not given.
    record : str
        Name of the record.

    Returns
    -------
    RecordComparison
        Beats of the first 5 minutes do not count, and there are no episodes.

    Examples
    --------
    >>> beats = ec57_from_beats([108_000, 108_360], ["N", "V"], [108_005, 108_350], ["N", "V"], 360)
    >>> beats.beats.sensitivity("V").percent
    100.0
    """
    reference = _of_beats(reference_samples, reference_codes)
    test = _of_beats(test_samples, test_codes)
    last = length
    if last is None:
        last = int(reference.sample[-1]) if len(reference.sample) else 0
    part = ComparedPart(fs, last, length_known=length is not None)
    return compare_record(record, reference, test, part)


def _of_beats(samples: ArrayLike, codes: ArrayLike) -> Marks:
    return Marks.of_beats(np.asarray(samples, dtype=np.int64), np.asarray(codes, dtype="<U1"))
