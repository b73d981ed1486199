"""Monitor in several processes: sources and page in the main one, streams shared among workers."""
