"""Read the beats of a protocol, at reference positions and as detected, and describe them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.noisy_copies import cut_noisy_copies
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.config.pipeline_schema import DatasetConfig, PipelineConfig, PreprocessConfig
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.describe import BeatDescription, describe_beats
from ecg_anomaly.files.array_tables import concatenate_tables
from ecg_anomaly.records.record import Record


@dataclass(frozen=True)
class ProtocolBeats:
    """Beats of all records of a protocol.

    Attributes
    ----------
    reference : BeatSet
        At the annotated positions.
    detected : BeatSet or None
        At detected R peaks; None for beats that came already cut out.
    tolerance : (n,) float64
        Of each reference beat: largest distance of a match, in samples of its record.
    sha256 : str
        Over signals and annotations, in order.
    noisy : BeatSet or None
        Those of noisy copies, see `ecg_anomaly.beats.noisy_copies`; `split` is ``"train"`` where
        they may be learned from, if their record may.
    """

    reference: BeatSet
    detected: BeatSet | None
    tolerance: NDArray[np.float64]
    sha256: str
    noisy: BeatSet | None = None


def read_protocol_beats(
    records: Iterable[Record],
    dataset: DatasetConfig,
    preprocess: PreprocessConfig,
    noisy_copies: bool = False,
) -> ProtocolBeats:
    """Cut every record that is not excluded, twice.

    Parameters
    ----------
    records : iterable of Record
        One is in memory at a time.
    dataset : DatasetConfig
        Leads, class of escape beats, excluded records.
    preprocess : PreprocessConfig
        Its ``beat_positions`` plays no part: both kinds of position are taken.
    noisy_copies : bool
        Whether noisy copies of the records are cut too.

    Returns
    -------
    ProtocolBeats
    """
    annotated = replace(preprocess, beat_positions="reference")
    detecting = replace(preprocess, beat_positions="detected")
    reference: list[BeatSet] = []
    detected: list[BeatSet] = []
    tolerance: list[NDArray[np.float64]] = []
    noisy: list[BeatSet] = []
    total = hashlib.sha256()
    for record in records:
        if record.name in dataset.exclude:
            continue
        _add_digest(total, record)
        reference.append(cut_beats(record, dataset, annotated)[0])
        reach = preprocess.match_tolerance_s * record.fs
        tolerance.append(np.full(len(reference[-1]), reach))
        if record.segment_length is None:
            detected.append(cut_beats(record, dataset, detecting)[0])
        if noisy_copies:
            copy = cut_noisy_copies([record], {record.name: "train"}, dataset, preprocess)
            noisy += [copy] if copy is not None else []
    return ProtocolBeats(
        reference=concatenate_tables(reference),
        detected=concatenate_tables(detected) if len(detected) == len(reference) else None,
        tolerance=np.concatenate(tolerance),
        sha256=total.hexdigest(),
        noisy=concatenate_tables(noisy) if noisy else None,
    )


def _add_digest(total: "hashlib._Hash", record: Record) -> None:
    total.update(f"{record.name} {record.fs} {record.leads}".encode())
    total.update(np.ascontiguousarray(record.signal).tobytes())
    if record.annotations is not None:
        total.update(record.annotations.sample.tobytes())
        total.update("".join(record.annotations.symbol.tolist()).encode())


@dataclass(frozen=True)
class DescribedBeats:
    """All beats of a protocol with their description, whatever split they will stand on.

    Attributes
    ----------
    beats : ProtocolBeats
    description : BeatDescription
        Of the reference beats.
    context : BeatsInContext or None
        What they were compared with; None for beats already cut out.
    detected : BeatDescription or None
        Of the detected beats.
    noisy : BeatDescription or None
        Of the beats of noisy copies.
    """

    beats: ProtocolBeats
    description: BeatDescription
    context: BeatsInContext | None
    detected: BeatDescription | None
    noisy: BeatDescription | None = None

    def copies_of(self, split: NDArray[np.str_]) -> tuple[BeatSet, BeatDescription] | None:
        """Beats of noisy copies with the split that their record has in a fold.

        Parameters
        ----------
        split : (n,) str
            Of each reference beat.
        """
        copies = self.beats.noisy
        if copies is None or self.noisy is None:
            return None
        split_of = dict(zip(self.beats.reference.record.tolist(), split.tolist(), strict=True))
        mine = np.array([split_of.get(name, "") for name in copies.record.tolist()])
        mine[copies.split == ""] = ""
        return copies.with_split(mine.astype("<U10")), self.noisy


def describe_protocol(beats: ProtocolBeats, config: PipelineConfig) -> DescribedBeats:
    """Describe all beats of a protocol; the split plays no part in it."""
    window = BeatWindow.from_config(config.preprocess)
    described, context = describe_beats(beats.reference, config.features, window)
    detected = None
    if beats.detected is not None:
        # False detections and missed beats change their neighbours' RR intervals.
        detected, _ = describe_beats(beats.detected, config.features, window)
    noisy = None
    if beats.noisy is not None:
        noisy, _ = describe_beats(beats.noisy, config.features, window)
    return DescribedBeats(beats, described, context, detected, noisy)
