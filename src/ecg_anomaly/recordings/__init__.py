"""Recordings on a disk, read piece by piece in bounded memory: WFDB, EDF, CSV, Parquet."""
