"""The labels by which people say what a series is about: one tuple a kind of thing, the most telling first."""

from __future__ import annotations

MODEL_LABELS = (
    "gen_ai_request_model",
    "model_name",
    "model",
    "requested_model",
    "litellm_model_name",
    "model_id",
    "served_model_name",
)
CONSUMER_LABELS = (
    "consumer_name",
    "consumer",
    "consumergroup",
    "consumer_group",
    "group_id",
    "redpanda_group",
    "subscription",
    "durable",
    "group",
)
TOPIC_LABELS = (
    "topic",
    "topic_name",
    "stream_name",
    "stream",
    "queue",
    "queue_name",
    "subject",
    "redpanda_topic",
    "channel_name",
)
FLOW_LABELS = (
    "feed",
    "flow",
    "dataset",
    "data_source",
    "source",
    "source_name",
    "pipeline",
    "connector",
    "feature_view",
    "dag_id",
    "component_id",
    "collection",
    "table",
    "relname",
    "index",
    "class_name",
)
