"""WFDB records and annotations, read with every check that the format allows."""
