"""Export of a trained network to ONNX, and its execution with ONNX Runtime."""
