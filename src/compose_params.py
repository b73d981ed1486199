"""Compose conf/ into params.yaml, exactly as `dvc exp run` does.

python src/compose_params.py [group=choice] [key=value] ...
"""

import sys
from pathlib import Path

from ecg_anomaly.config.compose import compose_params
from ecg_anomaly.config.hydra_stage import run_reporting_errors

ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    run_reporting_errors(lambda: compose_params(ROOT, ROOT / "params.yaml", sys.argv[1:]))
