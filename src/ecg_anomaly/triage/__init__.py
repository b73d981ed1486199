"""What a person gets for a scored recording: tables, a summary, WFDB marks, a page."""
