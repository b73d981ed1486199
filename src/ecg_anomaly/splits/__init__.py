"""Who trains, who validates, who tests, and the audit that nobody does two of these."""
