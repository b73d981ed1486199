"""ECG records: data sets, one streamed reader for each file format, and simulated patients.

`record` defines a record: `Record` in memory, `StreamedRecord` read piece by piece. `opening` opens
a file of any format as a `StoredRecord`; a new format is a module with a reader in a folder of its
own, built on `stored_values`, and a line in `opening.READERS`.
"""
