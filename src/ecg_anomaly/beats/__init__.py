"""From a record to its beats: filters, signal quality, R peaks, windows, and splits by subject."""
