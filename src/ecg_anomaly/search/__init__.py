"""Search the architecture: one study, any number of workers, no trial lost."""
