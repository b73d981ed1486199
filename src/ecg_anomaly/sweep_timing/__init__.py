"""What a sweep costs, saves and survives, measured (`src/measure_search.py`)."""
