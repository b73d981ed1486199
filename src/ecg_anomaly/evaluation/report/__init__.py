"""Tables and plots of the evaluation."""
