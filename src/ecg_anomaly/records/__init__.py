"""ECG records: data sets, one reader for each file format, and simulated patients."""
