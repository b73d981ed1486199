"""What live monitoring says in spite of faults of streams, brokers, disks and browsers."""
