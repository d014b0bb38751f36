"""The console as a whole, as its user has it: real processes, a real Prometheus, the Nomad double."""
