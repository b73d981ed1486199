"""Where events go: standard output, a database, brokers, web hooks, FHIR, metrics."""
