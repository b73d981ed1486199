"""Scores archives of recordings on one machine, on a Slurm cluster or on Apache Spark."""
