"""EDF and EDF+ recordings."""
