"""Tells when a site's recordings no longer look like those that a detector was made with."""
