"""Published protocols of arrhythmia detection, from recordings to tables of results."""
