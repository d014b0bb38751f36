"""Every system's events in one order."""
