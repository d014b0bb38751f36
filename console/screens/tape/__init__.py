"""The thread that reads a tape for the screens, and what it reads."""
