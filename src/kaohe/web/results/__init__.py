"""What came of a cycle: runs on hashed snapshots, shown as they were stored."""
