"""Read streams of the Lab Streaming Layer: ``lsl:`` for every ECG, or ``lsl:NAME``."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError, missing_package
from ecg_anomaly.live.sources.clock_fit import ClockFit
from ecg_anomaly.live.sources.source import Deliver, LinkLost, SampleBlock, Source, StreamOpened
from ecg_anomaly.records.stored_values import FS_LIMITS
from ecg_anomaly.records.voltage_units import millivolts_per

#: Seconds: to look for a stream, to wait for samples, and without one until it counts as lost.
SEARCH_S, WAIT_S, SILENCE_S = 2.0, 0.1, 3.0

#: Seconds of samples that the library keeps while the engine is behind, and samples at a time.
KEPT_S, MOST = 60, 4096

#: Microvolts are the usual unit of LSL where a stream states none.
USUAL_UNIT = "uV"


class LslSource(Source):
    """Reads one stream of LSL.

    Parameters
    ----------
    word : str
        Its name, or ``""`` for the first of type ECG.
    unit : str or None
        Unit of a stream that states none.

    Raises
    ------
    UserError
        When pylsl is not installed.
    """

    waits, running = False, True

    def __init__(self, word: str, unit: str | None = None) -> None:
        self.name, self._wanted, self._unit = f"lsl:{word}", word, unit or USUAL_UNIT
        try:
            import pylsl
        except (ImportError, RuntimeError) as error:  # RuntimeError: without its library
            raise missing_package(self.name, "LSL", "ecg-anomaly[live]") from error
        self._lsl: Any = pylsl

    def run(self, deliver: Deliver, resume: Callable[[str], str], stop: threading.Event) -> None:
        """Deliver the samples of the stream; one that is gone is looked for again."""
        del resume  # LSL keeps nothing
        clock: ClockFit | None = None
        while not stop.is_set():
            info = self._find()
            if info is None:
                continue
            inlet = self._lsl.StreamInlet(info, max_buflen=KEPT_S, recover=False)
            try:
                opened, millivolts = self._describe(inlet.info(timeout=SEARCH_S))
                deliver(opened)
                clock = clock or ClockFit(opened.fs)
                self._read(inlet, opened, millivolts, clock, deliver, stop)
            except (self._lsl.util.LostError, self._lsl.util.TimeoutError) as error:
                stream = self._wanted or info.name()
                deliver(LinkLost(stream, f"LSL: {error or 'lost'}"))
            finally:
                inlet.close_stream()

    def _find(self) -> Any:
        key, value = ("name", self._wanted) if self._wanted else ("type", "ECG")
        found = self._lsl.resolve_byprop(key, value, minimum=1, timeout=SEARCH_S)
        return found[0] if found else None

    def _describe(self, info: Any) -> tuple[StreamOpened, NDArray[np.float32]]:
        low, high = FS_LIMITS
        if not low <= info.nominal_srate() <= high:
            rule = f"states {info.nominal_srate():g} Hz"
            raise UserError(self.name, rule, f"send {low:g} to {high:g} Hz")
        leads, factors = [], []
        channel = info.desc().child("channels").child("channel")
        for number in range(info.channel_count()):
            leads.append(channel.child_value("label") or f"ECG{number + 1}")
            unit = channel.child_value("unit") or self._unit
            factors.append(millivolts_per("uV" if unit == "microvolts" else unit) or np.nan)
            channel = channel.next_sibling()
        stream = self._wanted or info.name()
        opened = StreamOpened(stream, float(info.nominal_srate()), tuple(leads), info.name())
        return opened, np.array(factors, np.float32)

    def _read(
        self, inlet: Any, opened: StreamOpened, millivolts: NDArray[np.float32], clock: ClockFit,
        deliver: Deliver, stop: threading.Event,
    ) -> None:  # fmt: skip
        silent_s = 0.0
        while not stop.is_set():
            samples, stamps = inlet.pull_chunk(timeout=WAIT_S, max_samples=MOST)
            silent_s = 0.0 if stamps else silent_s + WAIT_S
            if silent_s >= SILENCE_S:
                deliver(LinkLost(opened.stream, "LSL sends no samples"))
            if stamps:
                values = np.asarray(samples, np.float32) * millivolts
                start = clock.place(stamps[-1], len(values))
                deliver(SampleBlock(opened.stream, values, start))
