"""The signals of the line that hurts: which quantity each of them measures, and how."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from console.signals import Bad, EntityKind, EntityRef, Pane, Signal
from tests.tapes.stories.cast import Cast
from tests.tapes.stories.model import Floats
from tests.tapes.stories.plant import Line


class Measured(NamedTuple):
    """A signal, the quantity of the plant behind it, how it strays and by which share of its level on a good day.
    ``target`` is what is scraped for it."""

    signal: Signal
    quantity: str
    noise: str
    stray: float
    target: str


class Maker:
    """Makes signals with labels as exporters write them."""

    def __init__(self, cast: Cast, window_s: float, kinds: tuple[str, ...]) -> None:
        self.cast = cast
        self.window_s = window_s
        self.kinds = kinds  # noise of gauges, taken in turn
        self.made: list[Measured] = []

    def add(
        self, metric: str, name: str, entity: EntityRef, pane: Pane, quantity: str, *, unit: str = "",
        bad: Bad = Bad.UP, job: str = "", noise: str = "", stray: float = 0.04, rank: int = 10,
        labels: dict[str, str] | None = None, window_s: float | None = None,
    ) -> None:  # fmt: skip
        """Take one signal in."""
        told = dict(labels or {})
        if job and self.cast.known:
            told |= {"namespace": self.cast.namespace, "nomad_job": job}
        elif job:
            told |= {"instance": job}
        inside = ",".join(f'{key}="{value}"' for key, value in sorted(told.items()))
        window = window_s if window_s is not None else (self.window_s if unit.endswith("/s") else 0.0)
        signal = Signal(f"{metric}{{{inside}}}", name, entity, pane, unit, bad, "prometheus", rank, window_s=window,
                        labels=told)  # fmt: skip
        kind = noise or self.kinds[len(self.made) % len(self.kinds)]
        self.made.append(Measured(signal, quantity, kind, stray, job or str(entity)))


def measure_line(cast: Cast, line: Line, window_s: float, kinds: tuple[str, ...]) -> list[Measured]:
    """All signals of the line."""
    maker = Maker(cast, window_s, kinds)
    ing, mod, sch = Pane.INGESTION, Pane.MODELS, Pane.SCHEDULING
    topic = EntityRef(EntityKind.TOPIC, cast.topic)
    consumer = EntityRef(EntityKind.CONSUMER, f"{cast.topic}/{cast.indexer}")
    model = EntityRef(EntityKind.MODEL, cast.model)
    for number, flow in enumerate(cast.flows):
        entity = EntityRef(EntityKind.FLOW, flow)
        labels = {"feed": flow}
        source = {"source": flow}
        job = cast.producers[number]
        maker.add("feed_events_published_total", "published", entity, ing, f"out{number}", unit="/s", bad=Bad.EITHER,
                  job=job, labels=labels)  # fmt: skip
        maker.add("feed_bytes_published_total", "bytes published", entity, ing, f"bytes{number}", unit="By/s",
                  bad=Bad.EITHER, job=job, labels=labels, rank=20)  # fmt: skip
        maker.add("feed_last_event_age_seconds", "age", entity, ing, f"age{number}", unit="s", job=job, labels=labels)
        maker.add("ingest_schema_failures_total", "schema failures", entity, ing, f"failures{number}", unit="/s",
                  job=cast.indexer, labels=source, noise="zeros")  # fmt: skip
    carried = {"stream_name": cast.topic}
    read = {"stream_name": cast.topic, "consumer_name": cast.indexer}
    maker.add("jetstream_stream_last_seq", "in", topic, ing, "in", unit="/s", bad=Bad.EITHER, labels=carried)
    maker.add("jetstream_consumer_num_pending", "pending", consumer, ing, "pending", noise="count", labels=read,
              stray=0.15)  # fmt: skip
    indexer, server, helper = cast.job(cast.indexer), cast.job(cast.server), cast.job(cast.helper)
    maker.add("ingest_event_lag_seconds", "event lag", indexer, ing, "lag", unit="s", job=cast.indexer, stray=0.15)
    maker.add("ingest_documents_written_total", "documents written", indexer, ing, "written", unit="/s", bad=Bad.DOWN,
              job=cast.indexer)  # fmt: skip
    maker.add("ingest_batch_duration_seconds", "batch p95", indexer, ing, "batch", unit="s", job=cast.indexer,
              window_s=maker.window_s)  # fmt: skip
    maker.add("nomad_job_cpu_percent_of_asked", "cpu", indexer, sch, "use", unit="%", job=cast.indexer, rank=50)
    leaking = cast.indexer if line.path == "index" else cast.server
    maker.add("nomad_job_memory_percent_of_limit", "memory", cast.job(leaking), sch, "memory", unit="%", job=leaking,
              stray=0.02)  # fmt: skip
    maker.add("retrieved_document_age_seconds", "retrieved document age", server, ing, "doc_age", unit="s",
              job=cast.server, stray=0.08)  # fmt: skip
    pane = ing if line.path == "index" else sch
    maker.add(f"{cast.helper.replace('-', '_')}_call_duration_seconds", "call p95", helper, pane, "helper_latency",
              unit="s", job=cast.helper, window_s=maker.window_s)  # fmt: skip
    maker.add(f"{cast.helper.replace('-', '_')}_calls_failed", "failed calls", helper, pane, "helper_errors", unit="1",
              job=cast.helper, window_s=maker.window_s, noise="ratio", stray=0.3)  # fmt: skip
    node = {"node": cast.nodes[cast.sick_node]}
    where = cast.node(cast.sick_node)
    maker.add("node_load1", "load", where, sch, "load", labels=node, stray=0.08)
    maker.add("node_cpu_steal", "cpu steal", where, sch, "steal", unit="1", labels=node, noise="ratio", stray=0.3)
    told = {"gen_ai_request_model": cast.model.partition("@")[0], "model_version": cast.model.partition("@")[2]}
    maker.add("llm_eval_quality_score", "quality", model, mod, "quality", unit="1", bad=Bad.DOWN, job=cast.server,
              labels=told, noise="ratio", rank=1, stray=0.012)  # fmt: skip
    maker.add("llm_eval_answers_wrong", "wrong answers", model, mod, "wrong", unit="1", job=cast.server, labels=told,
              noise="ratio", rank=2, stray=0.25, window_s=maker.window_s)  # fmt: skip
    maker.add("gen_ai_server_request_duration_seconds", "p95", model, mod, "latency", unit="s", job=cast.server,
              labels=told, window_s=maker.window_s, rank=3)  # fmt: skip
    maker.add("genai:errors", "errors", model, mod, "errors", unit="1", job=cast.server, labels=told, noise="ratio",
              window_s=maker.window_s, stray=0.4, rank=4)  # fmt: skip
    maker.add("gen_ai_client_token_usage_sum", "tokens", model, mod, "tokens", unit="/s", bad=Bad.EITHER,
              job=cast.server, labels=told, rank=20)  # fmt: skip
    maker.add("llm_retrieval_empty", "empty retrievals", model, mod, "empty", unit="1", job=cast.server, labels=told,
              noise="ratio", stray=0.2, rank=30)  # fmt: skip
    maker.add("gen_ai_server_request_count", "requests", model, mod, "requests", unit="/s", bad=Bad.EITHER,
              job=cast.server, labels=told, rank=21)  # fmt: skip
    return maker.made


SYMPTOMS = ("quality", "wrong", "latency", "errors")


def cause_of(kind: str, line: Line) -> tuple[str, ...]:
    """The quantities at which a fault of that kind is seen first."""
    at = line.faulty
    return {
        "schema": (f"failures{at}", f"bytes{at}"),
        "surge": (f"out{at}", f"bytes{at}"),
        "dry": (f"out{at}", f"bytes{at}", f"age{at}"),
        "consumer": ("batch", "written"),
        "dependency": ("helper_latency", "helper_errors"),
        "node": ("load", "steal"),
        "memory": ("memory",),
        "model": ("tokens", "empty"),
    }[kind]


def departs(well: Floats, ill: Floats, by: float) -> int | None:
    """The first second at which a quantity differs by that much from what it would have been."""
    out = np.flatnonzero(np.abs(ill - well) >= by)
    return int(out[0]) if len(out) else None
