"""A reader is imported with the first file of its format, and not before."""

import subprocess
import sys

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records import format_readers
from ecg_anomaly.records.read_options import AS_IT_IS

OPENERS = [name for name in vars(format_readers) if name.startswith("open_")]

CODE = """
import sys
from ecg_anomaly.records.opening import open_record
open_record(sys.argv[1], unit="mV")
print([name for name in sys.modules if name.endswith("_record") and "ecg_anomaly" in name])
"""


def test_other_readers_are_not_imported(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("time,II\n" + "".join(f"{k / 100},{k % 7}\n" for k in range(500)))
    done = subprocess.run([sys.executable, "-c", CODE, path], capture_output=True, text=True)
    assert "table_record" in done.stdout
    assert not [
        kind for kind in ("edf", "scp", "muse", "dicom", "xdf") if f"{kind}_" in done.stdout
    ]


@pytest.mark.parametrize("name", OPENERS)
def test_each_reader_is_there_and_says_what_is_wrong(name, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"nothing of any format")
    with pytest.raises(UserError, match="x"):
        getattr(format_readers, name)(path, AS_IT_IS)
