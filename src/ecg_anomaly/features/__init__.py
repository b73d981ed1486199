"""What the detectors see of a beat: its window, its rhythm, its shape."""
