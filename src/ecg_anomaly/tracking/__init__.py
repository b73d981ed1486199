"""MLflow: the only room that knows it. A run that cannot be logged is said and loses nothing."""
