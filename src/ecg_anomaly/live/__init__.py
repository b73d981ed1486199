"""Live monitoring: reads running ECGs, scores each beat as it comes, and raises alarms."""
