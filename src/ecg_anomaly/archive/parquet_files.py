"""Read and write the Parquet files of an archive, and refuse those that have other columns."""

import io

import pyarrow as pa
import pyarrow.parquet as pq

from ecg_anomaly.archive.archive_schema import RECORDINGS

#: The last column that the first tables had; those after it may be absent, and are null then.
LAST_OF_FIRST = "scored_at"


def to_parquet(table: pa.Table) -> bytes:
    """Return the bytes of a Parquet file."""
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def read_recordings(content: bytes, columns: list[str] | None = None) -> pa.Table:
    """Read the bytes of a file of the table of recordings, in this thread.

    Arrow's own threads, which read ahead, may still be there when Python ends, which then aborts.

    Parameters
    ----------
    content : bytes
        Of a Parquet file.
    columns : list of str, optional
        Those that are wanted; by default all.

    Returns
    -------
    pyarrow.Table
        Columns that came later than the file, and are wanted, are null.

    Raises
    ------
    ValueError
        When it is no Parquet, or its columns are not those of `RECORDINGS`.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(content), pre_buffer=False)
        check_recording_columns(file.schema_arrow)
        there = set(file.schema_arrow.names)
        wanted = [name for name in columns or RECORDINGS.names if name in there]
        table = file.read(columns=wanted, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"not Parquet ({error})") from error
    for name in columns or RECORDINGS.names:
        if name not in there:
            field = RECORDINGS.field(name)
            table = table.append_column(field, pa.nulls(len(table), field.type))
    return table


def check_recording_columns(schema: pa.Schema) -> None:
    """Check that a file has the columns of recordings, those of a later version aside.

    Raises
    ------
    ValueError
        Names the first column that is missing or of another type.
    """
    n_first = RECORDINGS.get_field_index(LAST_OF_FIRST) + 1
    for place, field in enumerate(RECORDINGS):
        if field.name not in schema.names:
            if place < n_first:
                raise ValueError(f"no column {field.name}")
        elif not schema.field(field.name).type.equals(field.type):
            raise ValueError(f"another type of column {field.name}")
