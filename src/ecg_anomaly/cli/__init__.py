"""The command ``ecg-anomaly``: parses a command line, calls the package, prints."""
