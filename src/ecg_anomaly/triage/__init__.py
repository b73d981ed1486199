"""What is written for a scored recording: table, summary, WFDB annotations, HTML page."""
