"""What was promised, measured through Prometheus."""
