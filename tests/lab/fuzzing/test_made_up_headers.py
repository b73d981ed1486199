"""Headers put together from fields of every kind: read, or refused in one line."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf.edf_fields import FILE_FIELDS, SIGNAL_FIELDS
from ecg_anomaly.records.opening import open_record

SETTINGS = settings(
    max_examples=200, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip

NUMBERS = st.one_of(
    st.integers(-3, 3).map(str), st.integers(-(10**20), 10**20).map(str), st.floats().map(repr),
    st.sampled_from(["360", "1000", "9" * 400, "1e999", "0x1", "", "١٢"]),
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["r.dat", "~", "../r.dat", "ECG II", "mV", "uV", "/", "#"]),
)


def refusal_of(folder: Path, name: str, **stated: Any) -> UserError | None:
    """Read a recording and check it, or return why it was refused."""
    try:
        recording = open_record(folder / name, **stated)
        last = min(recording.n_samples, 1 << 16)
        found = recording.read(0, last)
    except UserError as error:
        return error
    assert found.shape == (last, len(recording.leads))
    assert 64 <= recording.fs <= 100_000
    assert len(recording.leads) > 0
    return None


def read(folder: Path, name: str, **stated: Any) -> None:
    refusal = refusal_of(folder, name, **stated)
    if refusal is not None:
        assert str(folder) in refusal.where or refusal.where.startswith("--")
        assert len(str(refusal).splitlines()) == 1


@st.composite
def wfdb_headers(draw) -> str:
    n_leads = draw(st.integers(0, 3))
    parts = draw(st.sampled_from(["r", "r/2", "r/0", draw(TEXTS)]))
    line = " ".join([parts, str(n_leads), draw(NUMBERS), draw(NUMBERS)])
    formats = st.sampled_from(["8", "16", "212", "310", "516", "16x4", "16:2", "24+3", "999", "x"])
    rows = [
        f"{draw(TEXTS)} {draw(formats)} {draw(NUMBERS)}({draw(NUMBERS)})/{draw(TEXTS)} 12 "
        f"{draw(NUMBERS)} {draw(NUMBERS)} {draw(NUMBERS)} 0 {draw(TEXTS)}"
        if draw(st.booleans())
        else f"r.dat {draw(formats)} 200/mV 12 0 0"
        for _ in range(n_leads)
    ]
    segments = [f"{draw(TEXTS)} {draw(NUMBERS)}" for _ in range(2 if "/" in parts else 0)]
    return "\n".join([line, *(segments or rows), ""])


@SETTINGS
@given(header=st.one_of(wfdb_headers(), st.text()), data=st.binary(max_size=400))
def test_a_made_up_wfdb_record_is_read_or_refused(header: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "r.hea").write_text(header, encoding="utf-8", errors="replace")
        (Path(folder) / "r.dat").write_bytes(data * 20)
        read(Path(folder), "r")


@st.composite
def edf_files(draw) -> bytes:
    n_signals = draw(st.integers(1, 3))
    sound = {
        "version": "0", "header bytes": str(256 * (n_signals + 1)), "number of data records": "4",
        "duration of a data record": "1", "number of signals": str(n_signals), "label": "ECG II",
        "physical dimension": "mV", "physical minimum": "-10", "physical maximum": "10",
        "digital minimum": "-2048", "digital maximum": "2047", "samples per data record": "200",
    }  # fmt: skip
    fields = [name for name, width in {**FILE_FIELDS, **SIGNAL_FIELDS}.items() if width <= 80]
    spoilt = draw(st.sets(st.sampled_from(fields), max_size=3))
    values = {**sound, **{name: draw(st.one_of(NUMBERS, TEXTS)) for name in spoilt}}
    repeated = [(FILE_FIELDS, 1), (SIGNAL_FIELDS, n_signals)]
    header = b"".join(
        values.get(name, "").encode("latin-1", "replace")[:width].ljust(width) * count
        for table, count in repeated
        for name, width in table.items()
    )
    return header + draw(st.binary(min_size=1, max_size=50)) * (1600 * n_signals // 25)


@SETTINGS
@given(content=st.one_of(edf_files(), st.binary(max_size=600)))
def test_a_made_up_edf_file_is_read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "r.edf").write_bytes(content)
        read(Path(folder), "r.edf")


@SETTINGS
@given(
    names=st.lists(TEXTS, max_size=4),
    rows=st.lists(st.lists(st.one_of(NUMBERS, TEXTS), max_size=4), max_size=6),
    separator=st.sampled_from([",", ";", "\t"]),
)
def test_a_made_up_table_is_read_or_refused(
    names: list[str], rows: list[list[str]], separator: str
) -> None:
    text = "\n".join(separator.join(row) for row in [names, *rows])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "r.csv").write_text(text, encoding="utf-8", errors="replace")
        read(Path(folder), "r.csv", fs=250.0, unit="mV")
