"""Files and processes: atomic writes, digests, downloads, HTML pages, errors a user can cause."""
