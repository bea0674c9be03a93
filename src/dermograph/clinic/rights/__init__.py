"""What patients have a right to: that photographs leave only as agreed to, everything held about them, erasure."""
