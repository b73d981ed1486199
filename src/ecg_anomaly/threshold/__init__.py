"""The decision threshold, chosen on validation scores and on nothing else."""
