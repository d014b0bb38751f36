"""The words of metric names: what they say about pane, direction and weight.

Nobody can list every exporter, but people name their metrics in the language of the trade. This module is that
language as data; ``classify.py`` reads names with it. The order inside a table does not matter, the order between
tables does and is written down in ``classify.py``.
"""

from __future__ import annotations

import re
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SPLIT = re.compile(r"[^A-Za-z0-9]+")


def word_set(text: str) -> frozenset[str]:
    """The words of a text, apart by spaces."""
    return frozenset(text.split())


EVALUATION = word_set(
    "eval evals evaluation quality groundedness grounded ungrounded faithfulness hallucination hallucinations "
    "relevance relevancy correctness accuracy precision recall f1 auc ndcg mrr bleu rouge perplexity toxicity drift "
    "psi feedback reward calibration bias outlier anomaly judge verdict rmse mae mape brier score "
    "wer cer ctr csat nps map50 confidence win thumbs refusal refusals conversion"
)
"""What a model's answers are worth: always the model pane."""

MODEL = word_set(
    "llm llms genai gen_ai model models infer inference inferences predict prediction predictions predictor token "
    "tokens prompt prompts completion completions generation generated ttft tpot itl kv gpu vllm sglang tgi triton "
    "nv seldon kserve litellm llamacpp ts embedder reranker rerank rag chat answer answers answerer retriever "
    "retrieval prefill decode lora sampler speculative mlserver torchserve preemptions "
    "ranker ranking recommender recommendation recommendations scorer scoring classifier detector embedding embeddings "
    "transcription translation summarizer guardrail guardrails context assistant copilot"
)
"""Serving of models."""

INGESTION = word_set(
    "ingest ingested ingestion ingester ingestor lag backlog watermark offset offsets consumer consumers "
    "consumergroup topic topics partition partitions stream streams kafka nats jetstream rabbitmq pulsar debezium "
    "flink spark airflow "
    "connector connectors feed feeds published publish publisher producer dlq letter lettered dead schema freshness "
    "fresh staleness stale age document documents doc docs record records event events message messages msgs msg "
    "indexer indexed indexing upsert upserts upserted crawler crawl crawled sync synced replication materialization "
    "feature features dag dagrun pipeline pipelines etl cdc redelivered unacked ack acked rejected rejects input "
    "output spans span rows tuples tup chunks checkpoint checkpoints vector vectors tombstones collection behind "
    "snapshot subscription dropped discarded buffer broker delivered logstash filebeat benthos qdrant milvus "
    "weaviate source sources sink sinks dataset datasets catalog "
    "dq contract contracts completeness rows row fields field nulls null validation table tables parser parsed loader "
    "loaded extracted transformed sqs kinesis mqtt telemetry sensor warehouse"
)
"""Data on its way to where a model reads it."""

STRONG_INGESTION = word_set(
    "ingest ingested ingestion ingester ingestor lag backlog watermark consumergroup kafka nats jetstream rabbitmq "
    "pulsar debezium flink airflow connector dlq lettered letter schema freshness staleness stale age redelivered "
    "unacked published checkpoint behind replication feature materialization kminion burrow redpanda benthos logstash "
    "filebeat dq contract contracts completeness"
)
"""Ingestion even where a serving word stands beside it ("answerer_retrieved_document_age_seconds")."""

PLATFORM = word_set(
    "nomad alloc allocs allocation allocations node nodes cpu memory mem disk filesystem fs load load1 load5 load15 "
    "rss heap swap oom container containers host network uptime restart restarts inode inodes temperature fd fds "
    "goroutines threads gc eval_broker scheduler"
)
"""Machines and their scheduling."""

SERVICE = word_set(
    "request requests response responses http grpc rpc api duration latency inflight connections gateway"
)
"""Something that answers requests: says nothing about the pane by itself."""

UP_IS_BAD = word_set(
    "lag pending backlog waiting queue queued depth failure failures failed fail fails error errors err rejected "
    "rejects rejection rejections reject dropped drops drop discarded dead lettered letter dlq expired late stale "
    "staleness age delay delayed freshness timeout timeouts retry retries retried redelivered redeliver redeliveries "
    "unacked nack nacks oom restart restarts evicted evictions eviction preemptions preempted throttled throttling "
    "drift psi distance hallucination hallucinations toxicity ungrounded anomaly anomalies outlier outliers missing "
    "invalid violation violations violated corrupt corrupted unavailable unhealthy blocked starving behind mismatch "
    "mismatches aborted retracted deferred tombstones excluded duplicates duplicate skew latency perplexity loss "
    "rmse mae mape brier bias exceeded lost broken malformed unparsable unroutable crash crashes panics denied "
    "exhausted overloaded backpressure backpressured conflicts underreplicated replicated xid uncorrectable remap "
    "cooled downtime nulls null inconsistent unindexed stalled slow load load1 load5 load15 temperature temp swap "
    "suspended faults fault incidents since millis skipped erroneous gap oldest "
    "unparsed unknown rebalances empty wer cer "
    "refusal refusals filtered misses miss disconnects reconnects blocks wrong incorrect negative"
)
"""More of it is worse."""

DOWN_IS_BAD = word_set(
    "score scores quality accuracy precision recall f1 auc groundedness grounded faithfulness relevance relevancy "
    "correctness ndcg mrr bleu rouge reward success successes successful hit hits coverage completeness agreement "
    "throughput healthy available availability avail free remaining headroom members alive unallocated calibration "
    "indexed written processed acked tokens delivered processing committed ready_replicas correct right sent upserted "
    "materialized loaded ctr csat nps map50 confidence win conversion pass passed uptime"
)
"""Less of it is worse."""

LEVELS = word_set("usage used utilization utilisation util perc percent saturation occupancy")
"""How full something is: more is worse, but last of all the words to ask."""

ERRORS = word_set(
    "failure failures failed fail fails error errors err rejected rejects rejection rejections dropped drops "
    "discarded lettered letter dlq invalid violations corrupted timeouts timeout lost aborted unroutable wrong "
    "incorrect"
)
"""Things that went wrong and are counted."""

SHARES = word_set(
    "quality accuracy precision recall f1 auc groundedness grounded faithfulness relevance relevancy correctness "
    "completeness coverage"
)
"""What is mostly measured as a share, from nothing to one, and the more the better."""

FRESHNESS = word_set("age freshness staleness stale behind")
BACKLOG = word_set("lag pending backlog queue queued depth waiting deferred unacked")
HEADROOM = word_set("free available avail remaining headroom unallocated")
FULL = word_set("load load1 load5 load15 utilization utilisation util saturation occupancy")
"""How full one machine is: of several the fullest counts, their sum says nothing."""

HANDS = word_set("consumers members subscribers workers replicas")
"""Those who do the work: fewer is worse where they are what is counted."""

TIME_WORDS = word_set("duration latency time delay ttft tpot itl")
OBJECTS = word_set("event events message messages msgs record records document documents doc docs")
PARTICIPLES = re.compile(r".+(ed|en|sent)$|^sent$")

NOISE = re.compile(
    r"^(go|process|python|promhttp|prometheus|scrape|alertmanager|jvm|net_conntrack|otel|target)_|_(created|info)$"
    r"|^(up|ALERTS|ALERTS_FOR_STATE)$|(^|_)build_info$|_(created|info)_total$"
)
"""Names that never are signals of anybody's incident: runtimes, scrapes, birth dates, labels in disguise."""


@lru_cache(maxsize=8192)  # asked of the same few names for each of thousands of signals
def words_of(name: str) -> tuple[str, ...]:
    """The lower-case words of a metric or alert name (``QualityLow``, ``ingest_event_lag_seconds``)."""
    parts: list[str] = []
    for chunk in _SPLIT.split(name):
        for part in _CAMEL.split(chunk):
            if part:
                parts.append(part.lower())
    return _joined(parts)


_PAIRS = {("back", "log"): "backlog", ("time", "out"): "timeout"}


def _joined(parts: list[str]) -> tuple[str, ...]:
    """Some people part what others write in one."""
    result: list[str] = []
    for part in parts:
        pair = _PAIRS.get((result[-1], part)) if result else None
        if pair:
            result[-1] = pair
        else:
            result.append(part)
    return tuple(result)
