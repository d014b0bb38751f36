"""The files in which people declare things: found, read in a thread, read again when they change."""
