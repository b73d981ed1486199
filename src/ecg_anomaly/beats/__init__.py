"""From records to beats: filters, R peaks, windows, what can be read, and splits by subject."""
