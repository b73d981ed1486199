"""With frames made by the published description and a scanner that is a stand-in."""

import threading
from types import SimpleNamespace

import pytest
from collecting import collecting
from test_polar_frames import make_frame

from ecg_anomaly.live.sources import reconnecting
from ecg_anomaly.live.sources.ble_source import BleSource
from ecg_anomaly.live.sources.source import LinkLost, StreamOpened

PACKET_NS = round(73 / 130 * 1e9)


class Strap:
    """Sends some frames to whoever asks, then loses the link."""

    def __init__(self, links):
        self.links, self.written = iter(links), []
        self.is_connected = True

    def __call__(self, _device):
        return self

    async def __aenter__(self):
        self.frames = next(self.links, [])
        return self

    async def __aexit__(self, *_):
        pass

    async def start_notify(self, _uuid, hear):
        for frame in self.frames:
            hear(None, bytearray(frame))
        self.is_connected = False  # noticed when the frames are read

    async def write_gatt_char(self, _uuid, data, **_):
        self.written.append(data)


@pytest.fixture
def source(monkeypatch):
    monkeypatch.setattr(reconnecting, "FIRST_S", 0.01)
    source = BleSource("Polar H10")

    async def find(fits, timeout):
        device = SimpleNamespace(name="Polar H10 12345", address="00:11")
        assert fits(device, None)
        assert not fits(SimpleNamespace(name=None, address="00:12"), None)
        return device

    frames = [make_frame([500] * 73, k * PACKET_NS) for k in range(1, 12)]
    strap = Strap([[*frames[:4], b"\x02junk"], frames[6:8]])
    source._bleak = SimpleNamespace(
        BleakClient=strap, BleakScanner=SimpleNamespace(find_device_by_filter=find),
        exc=SimpleNamespace(BleakError=RuntimeError),
    )  # fmt: skip
    source.strap = strap
    return source


def test_a_strap_that_comes_back_goes_on_with_a_gap_of_what_was_lost(source):
    with collecting(source) as found:
        found.wait_for(lambda f: f.n_samples == 6 * 73)
    assert found[0] == StreamOpened("Polar H10", 130.0, ("ECG",), "Polar H10")
    blocks = [b for b in found if hasattr(b, "values")]
    assert [b.start for b in blocks[:4]] == [0, 73, 146, 219]
    assert blocks[4].start == pytest.approx(6 * 73, abs=1)
    assert found.of(LinkLost)
    assert source.strap.written[0][0] == 2


def test_junk_is_no_sample():
    assert BleSource("a").take_frame(b"junk") == []
    assert threading.active_count() < 100
