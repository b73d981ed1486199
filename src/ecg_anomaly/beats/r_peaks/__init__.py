"""Detection of R peaks on all leads of a record together."""
