"""From a trained network to one score per beat, without TensorFlow."""
