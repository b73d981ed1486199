"""Compose conf/ into params.yaml, exactly as `dvc exp run` does.

python src/compose_params.py [group=choice] [key=value] ...
"""

import sys
from pathlib import Path

from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.config.params_file import compose_params

ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    run_reporting_errors(lambda: compose_params(ROOT, ROOT / "params.yaml", sys.argv[1:]))
