"""A detector as it is loaded from its folder: a `Detector` with its digest, that opens streams.

`Detector` is imported by the modules that score recordings, and so cannot import them; this class
does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.detector_stream import DetectorStream


@dataclass(frozen=True)
class LoadedDetector(Detector):
    """A `Detector` with the digest of the folder that it was loaded from.

    Attributes
    ----------
    digest : str
        SHA256 of the list of the parts' digests, which names the detector.
    """

    digest: str = ""

    def stream(
        self,
        fs: float,
        leads: Sequence[str],
        unit: str = "mV",
        lead: str | None = None,
        name: str = "stream",
    ) -> DetectorStream:
        """Start to score a recording while it is being made.

        Parameters
        ----------
        fs : float
            Sampling rate in Hz, 64 to 100 000.
        leads : sequence of str
            Name of each lead, in the order of the columns of the signal.
        unit : str
            Unit of the amplitudes that will be pushed: mV, µV, V ...
        lead : str, optional
            The lead to read wherever it can be; by default the one that the detector prefers.
        name : str
            What the stream is called in messages.

        Returns
        -------
        DetectorStream
            Push samples into it, and get decisions; any number of streams can be open at a time.

        Raises
        ------
        UserError
            When one of these cannot be.

        Examples
        --------
        >>> from ecg_anomaly import load_detector
        >>> stream = load_detector().stream(fs=360.0, leads=["MLII", "V1"])
        >>> len(stream.push([[0.0, 0.0]] * 72))  # 200 ms; no beat is complete yet
        0
        """
        return DetectorStream(self, fs, tuple(leads), unit, lead, name, self.digest)
