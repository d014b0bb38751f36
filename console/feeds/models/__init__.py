"""Which models there are and which version is meant to run: the MLflow registry, models.toml and model cards."""
