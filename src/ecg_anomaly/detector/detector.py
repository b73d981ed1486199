"""A detector that scores recordings."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.windows import cut_beats
from ecg_anomaly.config.pipeline_schema import (
    DatasetConfig,
    FeaturesConfig,
    PreprocessConfig,
    SelectionConfig,
    SynthesisConfig,
)
from ecg_anomaly.config.value_checks import check_range
from ecg_anomaly.detector.chunks import look_ahead_s
from ecg_anomaly.detector.consistency import check_consistency
from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.detector.engine import check_length, score_chunks
from ecg_anomaly.detector.first_lead import FirstLead
from ecg_anomaly.detector.package import (
    DESCRIPTION,
    NORMAL_SCORES,
    TRANSFORM,
    check_detector,
    refuse_malformed,
)
from ecg_anomaly.evaluation.threshold.normal_scores import ALONE, TOGETHER, threshold_for_level
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import describe_record
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.features.split_assembly import assemble_inputs
from ecg_anomaly.features.transform_file import read_transform
from ecg_anomaly.files.atomic import read_arrays, read_json
from ecg_anomaly.network.scorer import BeatScorer
from ecg_anomaly.network.trained_model import read_scorer
from ecg_anomaly.records.record import Record, StreamedRecord


@dataclass(frozen=True)
class Detector:
    """Preprocessing, network, calibration and threshold as one thing.

    Attributes
    ----------
    preprocess, features : dataclasses
        How a recording becomes beats and beats become inputs.
    leads : list of list of str
        Preferred names of each lead.
    segment_length : int or None
        Length of pre-cut beats, None for continuous recordings.
    transform : FeatureTransform
        Selection and scaling.
    scorer : BeatScorer
        The network and how its outputs are read.
    threshold : float
        Beats that score more are flagged.
    first_lead : FirstLead
        Restates scores of beats that have no other lead.
    """

    preprocess: PreprocessConfig
    features: FeaturesConfig
    leads: list[list[str]]
    segment_length: int | None
    transform: FeatureTransform
    scorer: BeatScorer
    threshold: float
    first_lead: FirstLead

    @classmethod
    def load(cls, folder: str | Path, false_alarm_rate: float | None = None) -> "Detector":
        """Load a packaged detector.

        Parameters
        ----------
        folder : str or Path
            Made by the stage `package`.
        false_alarm_rate : float, optional
            Takes the threshold above which this share of normal beats lay in calibration,
            instead of the one chosen by the pipeline.

        Raises
        ------
        UserError
            When a part is missing, changed or malformed, or the rate is no share.
        """
        root = Path(folder)
        with refuse_malformed(root):
            return cls._read(root, false_alarm_rate)

    @classmethod
    def _read(cls, root: Path, false_alarm_rate: float | None) -> "Detector":
        check_detector(root)
        said = read_json(root / DESCRIPTION)
        threshold, tables = said["threshold"]["value"], read_arrays(root / NORMAL_SCORES)
        if false_alarm_rate is not None:
            check_range("false_alarm_rate", false_alarm_rate, 0, 1, low_included=True)
            threshold = threshold_for_level(tables[TOGETHER], 1 - false_alarm_rate)
        selection = SelectionConfig(**said["features"].pop("selection"))
        synthesis = SynthesisConfig(**said["features"].pop("synthesis"))
        scorer, card = read_scorer(root)
        detector = cls(
            preprocess=PreprocessConfig(**{**said["preprocess"], "beat_positions": "detected"}),
            features=FeaturesConfig(**said["features"], selection=selection, synthesis=synthesis),
            leads=said["leads"],
            segment_length=said["segment_length"],
            transform=read_transform(root / TRANSFORM),
            scorer=scorer,
            threshold=float(threshold),
            first_lead=FirstLead(tables[TOGETHER], tables[ALONE]),
        )
        check_consistency(detector, card)
        return detector

    @property
    def look_ahead_s(self) -> float:
        """Seconds of signal after the next beat that a beat may depend on.

        R peaks and filters look so far ahead; beats of the learning period, the first
        ``features.history_s``, depend on all of it.
        """
        return look_ahead_s(self.preprocess)

    def score_inputs(self, inputs: BeatInputs, alone: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Score beats that were described.

        Parameters
        ----------
        inputs : BeatInputs
            Of n beats.
        alone : (n,) bool
            True where no lead but the first could be read: those scores are restated.

        Returns
        -------
        (n,) float64
        """
        score = self.scorer.score(inputs)
        score[alone] = self.first_lead.restate(score[alone])
        return score

    def score(self, recording: StreamedRecord, threads: int | None = None) -> BeatDecisions:
        """Find the beats of a recording, score them and decide.

        Parameters
        ----------
        recording : StreamedRecord
            Amplitudes in mV, read piece by piece: memory does not grow with its length. A `Record`
            is one too; its annotations are not looked at.
        threads : int, optional
            Threads that work beside the one that reads; by default as many as there are cores,
            three at most.

        Returns
        -------
        BeatDecisions

        Raises
        ------
        UserError
            When the recording is shorter than one window.
        """
        if isinstance(recording, Record) and recording.segment_length is not None:
            return self._score_cut_beats(recording)
        return concatenate_decisions(self.score_parts(recording, threads))

    def score_parts(
        self, recording: StreamedRecord, threads: int | None = None, processes: int = 1
    ) -> Iterator[BeatDecisions]:
        """Score a continuous recording, some minutes at a time; see `score`.

        Parameters
        ----------
        recording, threads
            As for `score`.
        processes : int
            More than one are forked and work instead of threads: faster, and safe only in a
            process that is `ecg_anomaly.detector.relay.can_fork`.

        Yields
        ------
        BeatDecisions
            Of consecutive beats; of a recording without beats there is none.
        """
        check_length(recording, self.preprocess)
        yield from score_chunks(self, recording, threads, processes=processes)

    def _score_cut_beats(self, record: Record) -> BeatDecisions:
        blind = replace(record, annotations=None)
        beats, _ = cut_beats(blind, DatasetConfig(leads=self.leads), self.preprocess)
        score = np.full(len(beats), np.nan)
        if beats.readable.any():
            described, _ = describe_record(beats, self.features, self.preprocess)
            inputs = assemble_inputs(beats, described, self.transform, beats.readable)
            score[beats.readable] = self.scorer.score(inputs)
        flagged = np.nan_to_num(score, nan=-np.inf) > self.threshold
        reason = np.where(flagged, "shape unlike the usual beats", "").astype(object)
        no_rr = np.full(len(beats), np.nan)
        unreadable = beats.unreadable.astype(object)
        return BeatDecisions(beats.sample, beats.time_s, score, flagged, unreadable, no_rr, reason)
