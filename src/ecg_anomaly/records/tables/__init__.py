"""CSV and Parquet tables with a column for each lead."""
