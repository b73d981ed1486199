"""Read the ECG of a heart strap over Bluetooth LE: ``ble:NAME`` or ``ble:ADDRESS``."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from ecg_anomaly.files.errors import UserError, missing_package
from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.clock_fit import ClockFit
from ecg_anomaly.live.sources.polar_frames import (
    FS,
    PMD_CONTROL,
    PMD_DATA,
    START_ECG,
    STOP_ECG,
    decode_frame,
)
from ecg_anomaly.live.sources.reconnecting import keep_connected
from ecg_anomaly.live.sources.source import Deliver, LinkLost, SampleBlock, Source, StreamOpened

#: Seconds: to look for the strap, between two looks at `stop`, and without a frame until the link
#: counts as lost.
SEARCH_S, LOOK_S, SILENCE_S = 10.0, 0.5, 5.0


class BleSource(Source):
    """Reads one strap; where its link was lost, samples are missing by the strap's own clock.

    Parameters
    ----------
    word : str
        Beginning of the strap's name, or its address.

    Raises
    ------
    UserError
        When no strap is named, or bleak is not installed.
    """

    waits, running = False, True

    def __init__(self, word: str) -> None:
        self.name, self._wanted, self._clock = f"ble:{word}", word, ClockFit(FS)
        if not word:
            raise UserError("ble:", "names no heart strap", "write ble:NAME, such as ble:Polar")
        try:
            import bleak
        except ImportError as error:
            raise missing_package(self.name, "Bluetooth LE", "ecg-anomaly[ble]") from error
        self._bleak: Any = bleak
        self._heard = threading.Event()

    def run(self, deliver: Deliver, resume: Callable[[str], str], stop: threading.Event) -> None:
        """Deliver what the strap sends; one that is gone is looked for again."""
        del resume  # a strap cannot go back
        deliver(StreamOpened(self._wanted, FS, ("ECG",), self._wanted))
        keep_connected(
            lambda: asyncio.run(self._read(deliver, stop)),
            lambda reason: deliver(LinkLost(self._wanted, reason)),
            stop,
            (OSError, TimeoutError, EOFError, self._bleak.exc.BleakError),
            self.name,
        )

    async def _read(self, deliver: Deliver, stop: threading.Event) -> None:
        device = await self._find()
        frames: asyncio.Queue[bytes] = asyncio.Queue(256)

        def hear(_sender: Any, data: bytearray) -> None:
            if not frames.full():  # a strap cannot wait; what is lost here is missing by its clock
                frames.put_nowait(bytes(data))

        async with self._bleak.BleakClient(device) as client:
            await client.start_notify(PMD_DATA, hear)
            await client.write_gatt_char(PMD_CONTROL, START_ECG, response=True)
            silent_s = 0.0
            while not stop.is_set():
                try:
                    frame = await asyncio.wait_for(frames.get(), LOOK_S)
                except TimeoutError:
                    silent_s += LOOK_S
                    if silent_s >= SILENCE_S or not client.is_connected:
                        raise ConnectionError("the strap sends nothing") from None
                    continue
                silent_s = 0.0
                for block in self.take_frame(frame):
                    await asyncio.to_thread(deliver, block)
            await client.write_gatt_char(PMD_CONTROL, STOP_ECG, response=True)

    async def _find(self) -> Any:
        def fits(device: Any, _advertised: Any) -> bool:
            return (device.name or "").startswith(self._wanted) or device.address == self._wanted

        device = await self._bleak.BleakScanner.find_device_by_filter(fits, timeout=SEARCH_S)
        if device is None:
            raise ConnectionError(f"no strap {self._wanted} within {SEARCH_S:g} s")
        return device

    def take_frame(self, frame: bytes) -> list[SampleBlock]:
        """Return the samples of a frame, numbered; none for a frame that is no ECG."""
        try:
            found = decode_frame(frame)
        except AbsurdStream:
            return []
        start = self._clock.place(found.last_s, len(found.signal))
        return [SampleBlock(self._wanted, found.signal, start)]
