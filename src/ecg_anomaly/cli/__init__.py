"""The command `ecg-anomaly`."""
