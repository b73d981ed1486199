"""What the beats of a recording amount to: arrhythmias and signal problems, most critical first."""
