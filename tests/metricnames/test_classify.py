"""Names of many producers, with the pane and direction that the trade gives them, read without any pack."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.metricnames.classify import base_and_kind, read_name, short_name
from console.signals import Bad, Pane

M, I, S = Pane.MODELS, Pane.INGESTION, Pane.SCHEDULING  # noqa: E741
UP, DOWN, EITHER = Bad.UP, Bad.DOWN, Bad.EITHER

# metric, type, labels, pane (None: left to the company it keeps), direction
CASES: list[tuple[str, str, str, Pane | None, Bad]] = [
    # serving
    ("vllm:num_requests_running", "gauge", "model_name", M, EITHER),
    ("vllm:num_requests_waiting", "gauge", "model_name", M, UP),
    ("vllm:kv_cache_usage_perc", "gauge", "model_name", M, UP),
    ("vllm:num_preemptions_total", "counter", "model_name", M, UP),
    ("vllm:time_to_first_token_seconds", "histogram", "model_name", M, UP),
    ("vllm:generation_tokens_total", "counter", "model_name", M, DOWN),
    ("vllm:request_success_total", "counter", "model_name finished_reason", M, DOWN),
    ("vllm:admission_rejections_total", "counter", "model_name reason", M, UP),
    ("vllm:corrupted_requests_total", "counter", "model_name", M, UP),
    ("vllm:prefix_cache_hits_total", "counter", "model_name", M, DOWN),
    ("sglang:num_queue_reqs", "gauge", "model_name", M, UP),
    ("sglang:token_usage", "gauge", "model_name", M, UP),
    ("sglang:cache_hit_rate", "gauge", "model_name", M, DOWN),
    ("sglang:num_aborted_requests_total", "counter", "model_name", M, UP),
    ("sglang:num_retracted_requests_total", "counter", "model_name", M, UP),
    ("tgi_queue_size", "gauge", "job", M, UP),
    ("tgi_request_failure", "counter", "err", M, UP),
    ("tgi_request_duration", "histogram", "job", M, UP),
    ("nv_inference_request_success", "counter", "model version", M, DOWN),
    ("nv_inference_request_failure", "counter", "model version reason", M, UP),
    ("nv_inference_pending_request_count", "gauge", "model version", M, UP),
    ("nv_inference_first_response_histogram_ms", "histogram", "model", M, UP),
    ("model_infer_request_failure_total", "counter", "model version", M, UP),
    ("litellm_proxy_failed_requests_metric_total", "counter", "requested_model", M, UP),
    ("litellm_llm_api_time_to_first_token_metric", "histogram", "model", M, UP),
    ("litellm_remaining_team_budget_metric", "gauge", "team_alias", M, DOWN),
    ("llamacpp:requests_deferred", "gauge", "", M, UP),
    ("llamacpp:tokens_predicted_total", "counter", "", M, DOWN),
    ("ts_queue_latency_microseconds", "counter", "model_name model_version", M, UP),
    ("request_predict_seconds", "histogram", "model_name", M, UP),
    ("decoder_tokens_per_second", "gauge", "model", M, DOWN),
    # quality
    ("answers_wrong_total", "counter", "", M, UP),
    ("user_feedback_negative_total", "counter", "model", M, UP),
    ("eval_pass_ratio", "gauge", "suite", M, DOWN),
    ("eval_score", "gauge", "", M, DOWN),
    ("rag_answer_faithfulness", "gauge", "", M, DOWN),
    ("model_feature_drift_score", "gauge", "feature", M, UP),
    ("churn_psi", "gauge", "", M, UP),
    ("classifier_accuracy_ratio", "gauge", "", M, DOWN),
    ("assistant_hallucination_ratio", "gauge", "", M, UP),
    ("seldon_api_model_feedback_reward", "counter", "model_name", M, DOWN),
    ("forecast_rmse", "gauge", "", M, UP),
    ("llm_eval_quality_score", "gauge", "gen_ai_request_model", M, DOWN),
    ("llm_eval_staleness_seconds", "gauge", "gen_ai_request_model", M, UP),
    ("llm_eval_groundedness", "gauge", "", M, DOWN),
    # ingestion
    ("etl_last_success_unixtime", "gauge", "", I, UP),
    ("rabbitmq_queue_consumers", "gauge", "queue", I, DOWN),
    ("ingestor_heartbeat_seconds", "gauge", "", I, UP),
    ("kafka_consumergroup_lag", "gauge", "consumergroup topic partition", I, UP),
    ("kafka_consumergroup_members", "gauge", "consumergroup", I, DOWN),
    ("kminion_kafka_consumer_group_topic_lag", "gauge", "group_id topic_name", I, UP),
    ("kafka_consumergroup_group_lag_seconds", "gauge", "cluster_name group", I, UP),
    ("redpanda_kafka_consumer_group_lag_sum", "gauge", "redpanda_group", I, UP),
    ("redpanda_cluster_partition_schema_id_validation_records_failed", "counter", "", I, UP),
    ("rabbitmq_detailed_queue_messages_unacked", "gauge", "vhost queue", I, UP),
    ("rabbitmq_global_messages_dead_lettered_rejected_total", "counter", "queue_type", I, UP),
    ("rabbitmq_global_messages_unroutable_dropped_total", "counter", "", I, UP),
    ("jetstream_consumer_num_pending", "gauge", "stream_name consumer_name", I, UP),
    ("jetstream_stream_source_lag", "gauge", "stream_name", I, UP),
    ("pulsar_subscription_back_log", "gauge", "topic subscription", I, UP),
    ("flink_taskmanager_job_task_operator_pendingRecords", "gauge", "job_name", I, UP),
    ("flink_taskmanager_job_task_operator_currentEmitEventTimeLag", "gauge", "job_name", I, UP),
    ("flink_taskmanager_job_task_numLateRecordsDropped", "gauge", "job_name", I, UP),
    ("debezium_metrics_MilliSecondsBehindSource", "gauge", "name", I, UP),
    ("debezium_metrics_NumberOfErroneousEvents", "gauge", "name", I, UP),
    ("airflow_ti_failures", "counter", "", I, UP),
    ("airflow_dagrun_schedule_delay", "gauge", "dag_id", I, UP),
    ("vector_component_errors_total", "counter", "component_id", I, UP),
    ("vector_component_discarded_events_total", "counter", "component_id intentional", I, UP),
    ("vector_source_lag_time_seconds", "histogram", "component_id", I, UP),
    ("output_error", "counter", "label path", I, UP),
    ("filebeat_libbeat_output_events", "counter", "type", I, EITHER),
    ("feast_feature_freshness_seconds", "gauge", "feature_view project", I, UP),
    ("collection_update_queue_length", "gauge", "id", I, UP),
    ("milvus_datacoord_channel_checkpoint_unix_seconds", "gauge", "channel_name", I, UP),
    ("phoenix_span_ingestion_last_success_timestamp_seconds", "gauge", "", I, UP),
    ("phoenix_span_ingestion_failed_spans_total", "counter", "reason", I, UP),
    ("mlflow_trace_ingestion_server_errors_total", "counter", "", I, UP),
    ("ingest_event_lag_seconds", "gauge", "nomad_job", I, UP),
    ("ingest_schema_failures_total", "counter", "source schema", I, UP),
    ("ingest_events_dead_lettered_total", "counter", "source", I, UP),
    ("ingest_events_indexed_total", "counter", "source", I, DOWN),
    ("feed_events_published_total", "counter", "feed", I, EITHER),
    ("feed_last_event_timestamp_seconds", "gauge", "feed", I, UP),
    ("answerer_retrieved_document_age_seconds", "gauge", "nomad_job", I, UP),
    ("crawler_pages_stale", "gauge", "", I, UP),
    ("orders_sync_backlog", "gauge", "", I, UP),
    ("data_quality_score", "gauge", "dataset", I, DOWN),
    ("data_completeness_ratio", "gauge", "", I, DOWN),
    ("contract_violations_total", "counter", "", I, UP),
    ("feature_null_ratio", "gauge", "", I, UP),
    ("documents_skipped_total", "counter", "", I, UP),
    ("etl_last_success_timestamp_seconds", "gauge", "", I, UP),
    ("cdc_replication_lag_bytes", "gauge", "", I, UP),
    ("queue_oldest_message_age_seconds", "gauge", "", I, UP),
    ("consumer_rebalances_total", "counter", "", I, UP),
    ("inventory_sync_age_hours", "gauge", "", I, UP),
    # quality by other names
    ("retrieval_recall_at_10", "gauge", "", M, DOWN),
    ("fraud_model_auc", "gauge", "", M, DOWN),
    ("recommender_ctr", "gauge", "", M, DOWN),
    ("transcription_wer", "gauge", "", M, UP),
    ("answer_refusals_total", "counter", "", M, UP),
    ("ranker_requests_total", "counter", "code", M, EITHER),
    ("scorer_latency_seconds", "histogram", "", M, UP),
    # machines
    ("node_agent_disk_free_bytes", "gauge", "nomad_job", S, DOWN),
    ("container_memory_usage_bytes", "gauge", "", S, UP),
    ("worker_restarts_total", "counter", "", S, UP),
    # left to the company they keep
    ("gateway_requests_total", "counter", "code", None, EITHER),
    ("http_request_duration_seconds", "histogram", "handler", None, UP),
    ("shop_queue_depth", "gauge", "nomad_job", None, UP),
]


@pytest.mark.parametrize(("metric", "kind", "labels", "pane", "bad"), CASES, ids=[case[0] for case in CASES])
def test_pane_and_direction(metric: str, kind: str, labels: str, pane: Pane | None, bad: Bad) -> None:
    reading = read_name(metric, kind, labels.split())
    assert reading is not None
    assert (reading.pane, reading.bad) == (pane, bad)


@pytest.mark.parametrize(
    "metric",
    ["go_goroutines", "process_cpu_seconds_total", "python_gc_objects_collected_total", "feed_build_info", "x_created",
     "up", "ALERTS", "scrape_duration_seconds", "prometheus_tsdb_head_series", "target_info"],
)  # fmt: skip
def test_noise_is_no_signal(metric: str) -> None:
    assert read_name(metric) is None


def test_time_stamps_become_ages_in_seconds() -> None:
    reading = read_name("ingest_last_event_timestamp_seconds", "", ["source"])
    assert reading is not None
    assert (reading.stamp, reading.unit, reading.bad, reading.name) == (True, "s", Bad.UP, "event age")


@pytest.mark.parametrize(
    ("metric", "unit", "divisor"),
    [("a_latency_ms", "s", 1e3), ("a_delay_microseconds", "s", 1e6), ("a_lag_seconds", "s", 1.0),
     ("a_heap_bytes", "By", 1.0), ("a_error_ratio", "1", 1.0), ("a_disk_used_percent", "%", 1.0),
     ("a_lag_hours", "s", 1 / 3600), ("job:a_errors:ratio_rate5m", "1", 1.0), ("a_tokens_per_second", "/s", 1.0),
     ("job:a_latency_seconds:mean5m", "s", 1.0)],
)  # fmt: skip
def test_units_by_suffix(metric: str, unit: str, divisor: float) -> None:
    reading = read_name(metric, "gauge")
    assert reading is not None
    assert (reading.unit, reading.divisor) == (unit, divisor)


@pytest.mark.parametrize(
    ("metric", "kind", "name"),
    [("ingest_event_lag_seconds", "gauge", "event lag"), ("llm_eval_quality_score", "gauge", "quality"),
     ("feed_events_published_total", "counter", "published"), ("answerer_queue_depth", "gauge", "queue"),
     ("ingest_schema_failures_total", "counter", "schema failures"),
     ("ingest_batch_duration_seconds", "native", "batch p95"),
     ("gateway_request_duration_seconds", "native", "p95"),
     ("ingest_events_dead_lettered_total", "counter", "dead lettered"),
     ("dead_letter_messages", "gauge", "dead letter messages")],
)  # fmt: skip
def test_names_are_short_and_human(metric: str, kind: str, name: str) -> None:
    reading = read_name(metric, "histogram" if kind == "native" else kind)
    assert reading is not None
    assert reading.name == name


@pytest.mark.parametrize(
    ("metric", "fold"),
    [("gpu_utilization", "max"), ("job:a_errors:ratio_rate5m", "max"), ("container_memory_usage_bytes", "sum"),
     ("app_uptime_seconds", "min"), ("shop_queue_depth", "sum")],
)  # fmt: skip
def test_what_several_processes_add_up_to(metric: str, fold: str) -> None:
    reading = read_name(metric, "gauge")
    assert reading is not None
    assert reading.fold == fold


def test_types_without_metadata() -> None:
    names = {"a_bucket", "a_count", "a_sum", "b_count", "b_sum", "b", "c_total", "d", "e"}
    assert base_and_kind("a_bucket", "", names) == ("a", "histogram")
    assert base_and_kind("b_sum", "", names) == ("b", "summary")
    assert base_and_kind("b", "", names) == ("b", "summary")
    assert base_and_kind("c_total", "", names) == ("c_total", "counter")
    assert base_and_kind("d", "", names) == ("d", "gauge")
    assert base_and_kind("e", "histogram", names) == ("e", "native")


@given(st.text(max_size=60), st.sampled_from(["", "counter", "gauge", "histogram", "summary"]))
def test_any_name_is_read_or_refused(metric: str, declared: str) -> None:
    reading = read_name(metric, declared, [])
    if reading is not None:
        assert reading.name == reading.name.strip()
        assert len(short_name(reading.words, reading.kind, reading.unit, reading.stamp).split()) <= 4


@pytest.mark.parametrize(
    ("metric", "unit"),
    [
        ("answers:latency_p95:1m", "s"),
        ("job:request_duration:p99", "s"),
        ("answers:latency_ms:p95", "s"),
        ("queue_latency", ""),
        ("llm_eval_quality_score", "1"),
        ("llm_eval_groundedness", "1"),
        ("data_quality_failures", ""),
    ],
)
def test_units_that_a_name_leaves_out(metric: str, unit: str) -> None:
    reading = read_name(metric, "gauge")
    assert reading is not None
    assert reading.unit == unit
