"""Files that are either whole or absent, and the digests that identify them."""
