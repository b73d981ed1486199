"""The beats of a protocol described once, whatever side they will stand on."""

from dataclasses import dataclass

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.describe import BeatDescription, describe_beats
from lab.benchmark.reading import ProtocolBeats


@dataclass(frozen=True)
class DescribedBeats:
    """All beats of a protocol with their description, whatever side they will stand on.

    Attributes
    ----------
    beats : ProtocolBeats
    description : BeatDescription
        Of the reference beats.
    context : BeatsInContext or None
        What they were compared with; None for beats already cut out.
    detected : BeatDescription or None
        Of the detected beats.
    """

    beats: ProtocolBeats
    description: BeatDescription
    context: BeatsInContext | None
    detected: BeatDescription | None


def describe_protocol(beats: ProtocolBeats, config: PipelineConfig) -> DescribedBeats:
    """Describe all beats of a protocol; the split plays no part in it."""
    window = BeatWindow.from_config(config.preprocess)
    described, context = describe_beats(beats.reference, config.features, window)
    detected = None
    if beats.detected is not None:
        # False detections and missed beats change their neighbours' RR intervals.
        detected, _ = describe_beats(beats.detected, config.features, window)
    return DescribedBeats(beats, described, context, detected)
