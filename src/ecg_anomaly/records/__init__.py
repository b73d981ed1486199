"""ECG records: data sets, one streamed reader for each file format, and simulated patients.

`record` defines a record: `Record` in memory, `StreamedRecord` read piece by piece. `opening` opens
a file of any format as a `StoredRecord`; `recognition` tells formats apart by content. A new format
is a folder with a reader, built on `stored_values`, and an entry of `file_formats.FORMATS`.
"""
