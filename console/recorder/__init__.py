"""The recorder: runs the feeds, backfills, holds the lease and writes the tape. A process of its own."""
