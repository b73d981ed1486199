"""What live monitoring reports in spite of faults of streams, brokers, disks and browsers."""
