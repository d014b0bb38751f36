"""Packs: what the metrics of known producers mean. Data only; ``README.md`` beside this file has the schema."""
