"""Prometheus, and whatever else answers PromQL: names to signals, samples, past alarms."""
