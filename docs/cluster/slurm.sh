#!/usr/bin/env bash
# Eight workers of a sweep as a Slurm array; the sweep itself runs elsewhere (README.md here).
#   STORAGE=postgresql+psycopg://USER@HOST/sweep sbatch docs/cluster/slurm.sh [search=NAME ...]
#SBATCH --job-name=ecg-anomaly-sweep
#SBATCH --array=0-7
#SBATCH --cpus-per-task=1
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --requeue
set -euo pipefail
export OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1
cd "${SLURM_SUBMIT_DIR:?}"
exec .venv/bin/python src/search_architecture.py search.storage="${STORAGE:?}" \
    search.worker="${SLURM_ARRAY_TASK_ID:?}" "$@"
