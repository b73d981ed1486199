"""Training, validation and test split by subject, and the audit of that split."""
