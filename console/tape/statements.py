"""Every SQL statement of the tape, portable between SQLite (3.35 or newer) and PostgreSQL (13 or newer).

Parameters are written ``:name``. What differs between the two (names of types, pragmas, how a write transaction
begins) is in the dialect, not here: ``{SEQ}``, ``{BLOB}``, ``{REAL}`` and ``{CLUSTERED}`` are filled in by it.

``heads`` points at the newest state of each entity, so that the board's first picture is one look-up per entity
however long the history is. ``until_ms`` is the end of a gap, so that gaps are found without reading bodies.
"""

from __future__ import annotations

SCHEMA_VERSION = 1

SCHEMA = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL)",
    """CREATE TABLE records (
        seq {SEQ} PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, entity_kind TEXT NOT NULL,
        entity_id TEXT NOT NULL, name TEXT NOT NULL, at_ms BIGINT NOT NULL, seen_ms BIGINT NOT NULL,
        until_ms BIGINT, once TEXT, body TEXT NOT NULL)""",
    "CREATE INDEX records_by_time ON records (kind, at_ms)",
    "CREATE INDEX records_by_entity ON records (entity_kind, entity_id, kind, at_ms)",
    "CREATE UNIQUE INDEX records_once ON records (source, once) WHERE once IS NOT NULL",
    """CREATE TABLE heads (
        entity_kind TEXT NOT NULL, entity_id TEXT NOT NULL, at_ms BIGINT NOT NULL, seq BIGINT NOT NULL,
        PRIMARY KEY (entity_kind, entity_id)) {CLUSTERED}""",
    """CREATE TABLE signals (
        id {SEQ} PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, entity_kind TEXT NOT NULL,
        entity_id TEXT NOT NULL, pane TEXT NOT NULL, unit TEXT NOT NULL, bad TEXT NOT NULL, source TEXT NOT NULL,
        rank BIGINT NOT NULL, warn_at {REAL}, bad_at {REAL}, step_s {REAL} NOT NULL, window_s {REAL} NOT NULL,
        guessed BIGINT NOT NULL, labels TEXT NOT NULL, expr TEXT NOT NULL)""",
    """CREATE TABLE blocks (
        seq {SEQ} PRIMARY KEY, source TEXT NOT NULL, from_ms BIGINT NOT NULL, to_ms BIGINT NOT NULL,
        length BIGINT NOT NULL, body {BLOB} NOT NULL)""",
    "CREATE INDEX blocks_by_time ON blocks (to_ms, from_ms)",
    "CREATE INDEX blocks_by_length ON blocks (length, to_ms)",
    "CREATE TABLE pulses (source TEXT PRIMARY KEY, at_ms BIGINT NOT NULL)",
    """CREATE TABLE lease (
        name TEXT PRIMARY KEY, holder TEXT NOT NULL, pid BIGINT NOT NULL, host TEXT NOT NULL, person TEXT NOT NULL,
        since_ms BIGINT NOT NULL, expires_ms BIGINT NOT NULL)""",
    """CREATE TABLE viewers (
        id TEXT PRIMARY KEY, person TEXT NOT NULL, host TEXT NOT NULL, pid BIGINT NOT NULL,
        since_ms BIGINT NOT NULL, seen_ms BIGINT NOT NULL, expires_ms BIGINT NOT NULL)""",
    f"INSERT INTO meta (key, value) VALUES ('schema', '{SCHEMA_VERSION}')",
    "INSERT INTO counters (name, value) VALUES ('seq', 0)",
    "INSERT INTO counters (name, value) VALUES ('signal', 0)",
)

META = "SELECT key, value FROM meta"
META_OF = "SELECT value FROM meta WHERE key = :key"
SET_META = """INSERT INTO meta (key, value) VALUES (:key, :value)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value"""

COUNTER = "SELECT value FROM counters WHERE name = :name"
# Taken first in every append: with it the row is locked, so that numbers are given out one writer after the other.
LOCK_COUNTER = "UPDATE counters SET value = value WHERE name = :name RETURNING value"
SET_COUNTER = "UPDATE counters SET value = :value WHERE name = :name"

ADD_RECORD = """INSERT INTO records
    (seq, kind, source, entity_kind, entity_id, name, at_ms, seen_ms, until_ms, once, body)
    VALUES (:seq, :kind, :source, :entity_kind, :entity_id, :name, :at_ms, :seen_ms, :until_ms, :once, :body)
    ON CONFLICT (source, once) WHERE once IS NOT NULL DO NOTHING"""
SET_HEAD = """INSERT INTO heads (entity_kind, entity_id, at_ms, seq)
    VALUES (:entity_kind, :entity_id, :at_ms, :seq)
    ON CONFLICT (entity_kind, entity_id) DO UPDATE SET at_ms = excluded.at_ms, seq = excluded.seq
    WHERE excluded.at_ms >= heads.at_ms"""

_RECORD = "r.seq, r.kind, r.source, r.entity_kind, r.entity_id, r.name, r.at_ms, r.seen_ms, r.once, r.body"
RECORDS_AFTER = f"SELECT {_RECORD} FROM records r WHERE r.seq > :seq"
IN_SEQUENCE = " ORDER BY r.seq LIMIT :limit"
NOT_STATES = " AND NOT (r.kind = 'state' AND {one_of})"
# One kind at a time: then the index gives the order and a limit ends the reading early.
RECORDS_BETWEEN = f"""SELECT {_RECORD} FROM records r
    WHERE r.kind = :kind AND r.at_ms > :from_ms AND r.at_ms <= :to_ms"""
OF_ENTITY = " AND r.entity_kind = :entity_kind AND r.entity_id = :entity_id"
IN_ORDER = " ORDER BY r.at_ms, r.seq"
NEWEST_FIRST = " ORDER BY r.at_ms DESC, r.seq DESC"
LIMITED = " LIMIT :limit"

STATES_NEWEST = f"SELECT {_RECORD} FROM heads h JOIN records r ON r.seq = h.seq"
# Of bodies as text, for a first look: what is read of JSON here is not portable.
UNLIKE = " AND (r.body NOT LIKE :usual OR r.body LIKE :unusual)"
HEADS_COUNT = "SELECT COUNT(*) FROM heads h"
# The newest state is already in force for most entities at most times: only the others need their history.
STATES_AT = f"""SELECT {_RECORD} FROM heads h JOIN records r ON r.seq =
    CASE WHEN h.at_ms <= :at_ms THEN h.seq ELSE
      (SELECT s.seq FROM records s WHERE s.entity_kind = h.entity_kind AND s.entity_id = h.entity_id
       AND s.kind = 'state' AND s.at_ms <= :at_ms ORDER BY s.at_ms DESC, s.seq DESC LIMIT 1) END"""

# Those that may be others than at an earlier reading: newer on the tape, or not in force then.
STATES_SINCE = STATES_AT + " WHERE (h.seq > :after_seq OR h.at_ms > :after_ms)"
STATES_COUNT = STATES_AT.replace(_RECORD, "COUNT(*)", 1)
FIRST_RECORD = "SELECT MIN(at_ms) FROM records WHERE kind = :kind"
LAST_RECORD = "SELECT MAX(at_ms) FROM records WHERE kind = :kind"
FIRST_BLOCK = "SELECT MIN(from_ms) FROM blocks"
LAST_BLOCK = "SELECT MAX(to_ms) FROM blocks"

# A gap that is over has two records with the same source and beginning: the one that opened it and the one with an end.
GAPS = """SELECT r.source, r.at_ms, r.until_ms, r.body FROM records r
    WHERE r.kind = 'gap' AND r.at_ms <= :to_ms AND (r.until_ms >= :from_ms OR (r.until_ms IS NULL AND NOT EXISTS
      (SELECT 1 FROM records n WHERE n.kind = 'gap' AND n.at_ms = r.at_ms AND n.source = r.source
       AND n.until_ms IS NOT NULL))) ORDER BY r.source, r.at_ms, r.seq"""

_SIGNAL = """key, name, entity_kind, entity_id, pane, unit, bad, source, rank, warn_at, bad_at, step_s, window_s,
    guessed, labels, expr"""
SIGNALS = f"SELECT id, {_SIGNAL} FROM signals WHERE id > :after_id ORDER BY id"
SIGNAL_BY_KEY = f"SELECT id, {_SIGNAL} FROM signals WHERE key = :key"
ADD_SIGNAL = f"""INSERT INTO signals (id, {_SIGNAL}) VALUES (:id, :key, :name, :entity_kind, :entity_id, :pane,
    :unit, :bad, :source, :rank, :warn_at, :bad_at, :step_s, :window_s, :guessed, :labels, :expr)"""
SET_SIGNAL = """UPDATE signals SET name = :name, entity_kind = :entity_kind, entity_id = :entity_id, pane = :pane,
    unit = :unit, bad = :bad, source = :source, rank = :rank, warn_at = :warn_at, bad_at = :bad_at,
    step_s = :step_s, window_s = :window_s, guessed = :guessed, labels = :labels, expr = :expr WHERE id = :id"""

ADD_BLOCK = """INSERT INTO blocks (seq, source, from_ms, to_ms, length, body)
    VALUES (:seq, :source, :from_ms, :to_ms, :length, :body)"""
BLOCKS_AFTER = """SELECT seq, source, from_ms, to_ms, body FROM blocks
    WHERE seq > :seq ORDER BY seq LIMIT :limit"""
BLOCKS_BETWEEN = """SELECT seq, source, from_ms, to_ms, body FROM blocks
    WHERE to_ms > :from_ms AND from_ms <= :to_ms ORDER BY seq"""

PULSES = "SELECT source, at_ms FROM pulses"
SET_PULSE = """INSERT INTO pulses (source, at_ms) VALUES (:source, :at_ms)
    ON CONFLICT (source) DO UPDATE SET at_ms = excluded.at_ms WHERE excluded.at_ms > pulses.at_ms"""

TAKE_LEASE = """INSERT INTO lease (name, holder, pid, host, person, since_ms, expires_ms)
    VALUES ('recorder', :holder, :pid, :host, :person, :now_ms, :expires_ms)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, pid = excluded.pid, host = excluded.host,
      person = excluded.person, expires_ms = excluded.expires_ms,
      since_ms = CASE WHEN lease.holder = excluded.holder THEN lease.since_ms ELSE excluded.since_ms END
    WHERE lease.expires_ms <= :now_ms OR lease.holder = excluded.holder"""
RENEW_LEASE = "UPDATE lease SET expires_ms = :expires_ms WHERE name = 'recorder' AND holder = :holder"
RELEASE_LEASE = "DELETE FROM lease WHERE name = 'recorder' AND holder = :holder"
LEASE = "SELECT holder, pid, host, person, since_ms, expires_ms FROM lease WHERE name = 'recorder'"
CLEAR_LEASE = "DELETE FROM lease"

CHECK_IN = """INSERT INTO viewers (id, person, host, pid, since_ms, seen_ms, expires_ms)
    VALUES (:id, :person, :host, :pid, :now_ms, :now_ms, :expires_ms)
    ON CONFLICT (id) DO UPDATE SET person = excluded.person, seen_ms = excluded.seen_ms,
      expires_ms = excluded.expires_ms"""
CHECK_OUT = "DELETE FROM viewers WHERE id = :id"
DROP_EXPIRED_VIEWERS = "DELETE FROM viewers WHERE expires_ms <= :now_ms"
VIEWERS = """SELECT id, person, host, pid, since_ms, seen_ms FROM viewers
    WHERE expires_ms > :now_ms ORDER BY since_ms, id"""
CLEAR_VIEWERS = "DELETE FROM viewers"

OLD_RECORDS = """SELECT seq FROM records WHERE kind = :kind AND at_ms <= :before_ms LIMIT :limit"""
# A state goes only when a newer one of its entity is in force at the cut, so that every later moment reads the same.
OLD_STATES = """SELECT r.seq FROM records r WHERE r.kind = 'state' AND r.at_ms <= :before_ms AND EXISTS
    (SELECT 1 FROM records n WHERE n.entity_kind = r.entity_kind AND n.entity_id = r.entity_id
     AND n.kind = 'state' AND n.at_ms >= r.at_ms AND n.at_ms <= :before_ms
     AND (n.at_ms > r.at_ms OR n.seq > r.seq)) LIMIT :limit"""
# An open gap goes only together with, or before, the record that ends it.
OLD_GAPS = """SELECT r.seq FROM records r WHERE r.kind = 'gap' AND r.at_ms <= :before_ms AND r.until_ms IS NULL
    AND EXISTS (SELECT 1 FROM records n WHERE n.kind = 'gap' AND n.at_ms = r.at_ms AND n.source = r.source
                AND n.until_ms IS NOT NULL) LIMIT :limit"""
OVER_GAPS = """SELECT seq FROM records WHERE kind = 'gap' AND at_ms <= :before_ms AND until_ms <= :before_ms
    LIMIT :limit"""
# By way of the entities of that kind: the times of all states would be read otherwise, and those are mostly Nomad's.
# (SQLite keeps the order of a CROSS JOIN; what it chose by itself was the index of times.)
STATES_BETWEEN = f"""SELECT {_RECORD} FROM heads h CROSS JOIN records r
    WHERE h.entity_kind = :entity_kind AND r.entity_kind = h.entity_kind AND r.entity_id = h.entity_id
    AND r.kind = 'state' AND r.at_ms > :from_ms AND r.at_ms <= :to_ms
    ORDER BY r.at_ms, r.seq"""

OLD_HEADS = f"""SELECT {_RECORD} FROM heads h JOIN records r ON r.seq = h.seq WHERE h.at_ms <= :before_ms"""
DELETE_HEAD = "DELETE FROM heads WHERE entity_kind = :entity_kind AND entity_id = :entity_id AND seq = :seq"
DELETE_RECORD = "DELETE FROM records WHERE seq = :seq"
OLD_BLOCKS = "SELECT seq FROM blocks WHERE to_ms <= :before_ms LIMIT :limit"
DELETE_BLOCK = "DELETE FROM blocks WHERE seq = :seq"
SMALL_BLOCKS = """SELECT seq, source, from_ms, to_ms, length FROM blocks
    WHERE length < :length AND to_ms <= :before_ms ORDER BY source, from_ms, seq"""
BLOCK_BODY = "SELECT body FROM blocks WHERE seq = :seq"


def one_of(column: str, values: int, prefix: str) -> str:
    """A condition that ``column`` is one of so many parameters, ``:prefix0`` and on."""
    return f"{column} IN ({', '.join(f':{prefix}{at}' for at in range(values))})"
