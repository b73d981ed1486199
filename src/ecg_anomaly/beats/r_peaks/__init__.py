"""Detection of R peaks from all leads of a record."""
