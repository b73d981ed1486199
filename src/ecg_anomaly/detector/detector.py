"""The trained detector: settings, network, calibration and threshold as one object."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_noise import NOISE_REACH
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.excerpts import Reach
from ecg_anomaly.beats.r_peaks.r_peak_detection import AHEAD_S, BACK_S
from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.beats.window_reach import window_reach
from ecg_anomaly.config.pipeline_schema import FeaturesConfig, PreprocessConfig
from ecg_anomaly.evaluation.threshold.thresholds import LEVELS
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.features.slot_beats import N_SLOTS, RENEWAL, slot_length_s
from ecg_anomaly.network.scorer import BeatScorer, ScoredInputs

#: Time in s after an R peak at which it is known, if it comes in rhythm.
R_PEAK_KNOWN_S = 0.25

#: Quantile levels between which scores are mapped. Beyond them the quantiles rest on a handful of
#: beats, so the shift at the outermost level is used.
LOWEST, HIGHEST = 0.05, 0.998

#: Below this quality (noise of 1.3 times the limits) a score is cut to the quantile of normal
#: scores at this level. Chosen on DS1 of MIT-BIH with the recorded noise of docs/robustness.md.
ALL_DOUBT, DOUBTFUL_LEVEL = 0.37, 0.95


@dataclass(frozen=True)
class FirstLead:
    """Maps the score of a beat with one readable lead to what it would be with all leads.

    A network that is given fewer leads gives scores that lie closer together, and a threshold
    chosen with two leads would flag half of what it should. The same normal validation beats are
    therefore scored twice, with all leads and with the first one alone, and a score is mapped by
    its quantile among them (quantile mapping). One threshold, and one stated false alarm rate,
    then hold for both kinds of beats.

    Attributes
    ----------
    together, alone : (n,) float64
        Quantiles, at `LEVELS`, of the scores with all leads and with the first lead alone; see
        `ecg_anomaly.evaluation.threshold.thresholds.tabulate_scores`.
    """

    together: NDArray[np.float64]
    alone: NDArray[np.float64]

    def lower_in_doubt(
        self, score: NDArray[np.float64], quality: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """Lower the scores of noisy beats towards those of normal beats.

        Noise can imitate any shape, so a high score means less for a noisy beat. Only the excess
        over the quantile of normal scores at `DOUBTFUL_LEVEL` is reduced, the more the lower the
        quality: beats of one quality keep their order, and stay above most normal ones.

        Parameters
        ----------
        score : (n,) float64
            On the scale of all leads.
        quality : (n,) float32
            From 1, without noise, to 0.

        Returns
        -------
        (n,) float64
            The score itself from `TRUSTED_QUALITY` on.
        """
        if (quality >= TRUSTED_QUALITY).all():  # as nearly always
            return score
        usual = float(np.interp(DOUBTFUL_LEVEL, LEVELS, self.together))
        trust = (quality.astype(np.float64) - ALL_DOUBT) / (TRUSTED_QUALITY - ALL_DOUBT)
        return np.where(
            trust < 1, np.minimum(score, usual + np.clip(trust, 0, 1) * (score - usual)), score
        )

    def map_to_all_leads(self, score: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map scores of the first lead alone, (n,) float64, to the scale of all leads."""
        inner = (LEVELS >= LOWEST) & (LEVELS <= HIGHEST)
        alone, shift = self.alone[inner], (self.together - self.alone)[inner]
        return score + np.interp(score, alone, shift)


@dataclass(frozen=True)
class Detector:
    """A trained detector: everything that is needed to score a recording.

    Attributes
    ----------
    preprocess, features : dataclasses
        How beats are cut out of a recording, and how inputs of the network are computed from them.
    leads : list of list of str
        Accepted names of each lead, the preferred one first.
    segment_length : int or None
        Length, in samples, of beats that were cut out beforehand; None for a detector of
        continuous recordings.
    transform : FeatureTransform
        Selection and scaling of the features.
    scorer : BeatScorer
        The network and how scores are computed from its outputs.
    threshold : float
        Beats with a higher score are flagged.
    first_lead : FirstLead
        Maps the scores of beats with one readable lead.
    """

    preprocess: PreprocessConfig
    features: FeaturesConfig
    leads: list[list[str]]
    segment_length: int | None
    transform: FeatureTransform
    scorer: BeatScorer
    threshold: float
    first_lead: FirstLead

    @property
    def window(self) -> BeatWindow:
        """The window that is cut around the R peak of each beat."""
        return BeatWindow.from_config(self.preprocess)

    @property
    def look_ahead_s(self) -> float:
        """Seconds of signal after the following R peak that a decision on a beat waits for.

        The window of the beat has to be complete as well, see `window_reach`, which it is by then
        but at the highest rates. Longer wait: an R peak that is found in a gap, and those at the
        start of a recording or of a lead, until levels are known, see `reach`; the first ten
        readable beats of a recording or of a lead, which are compared with each other: they wait
        for the tenth, no longer than `ecg_anomaly.features.history_clock.LONGEST_WAIT_S`.
        """
        return R_PEAK_KNOWN_S

    @property
    def reach(self) -> Reach:
        """The signal that the R peak of a beat, its window and its readability can depend on.

        What the beat is compared with reaches further back, see `memory_s`.
        """
        # Whether a beat is lost in noise depends on the R peaks before it.
        beats = Reach(BACK_S, AHEAD_S).beyond(Reach(NOISE_REACH.back_s, 0))
        return beats.widen(window_reach(self.preprocess))

    @property
    def memory_s(self) -> float:
        """Seconds after which a beat, or one that was missed, has no more influence.

        The past that beats are compared with is renewed by the clock and reaches back
        ``features.history_s``, the slow one ``features.slow_history_s``; around it comes
        what decides whether a beat can be read.
        """
        slow_s = (N_SLOTS + RENEWAL) * slot_length_s(self.features.slow_history_s)
        return max(self.features.history_s, slow_s) + self.reach.back_s

    def score_inputs(
        self, inputs: BeatInputs, alone: NDArray[np.bool_], quality: NDArray[np.float32]
    ) -> ScoredInputs:
        """Score beats from the inputs of the network.

        Parameters
        ----------
        inputs : BeatInputs
            Of n beats.
        alone : (n,) bool
            True where only the first lead is readable: these scores are mapped by `first_lead`.
        quality : (n,) float32
            From 1, without noise, to 0, see `limit_by_recent_quality`.
            Below `TRUSTED_QUALITY` a score is lowered, see `FirstLead.lower_in_doubt`.

        Returns
        -------
        ScoredInputs
            Scores that the threshold is for, and classes.
        """
        found = self.scorer.evaluate(inputs)
        score = found.score
        if alone.any():
            score[alone] = self.first_lead.map_to_all_leads(score[alone])
        return replace(found, score=self.first_lead.lower_in_doubt(score, quality))
