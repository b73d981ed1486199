"""Choice and audit of the decision threshold."""
