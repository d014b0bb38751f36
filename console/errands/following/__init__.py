"""Following the logs of tasks through Nomad: frames, where one left off, states in words, what waits to be sent."""
