"""Who records this tape and who looks at it: the recorder's lease and the viewers' list.

Both live in rows that expire, so that a process that dies without a word is gone within its time to live.
"""

from __future__ import annotations

from console.tape import statements as sql
from console.tape.rows import text
from console.tape.shapes import Holder, Lease, Viewer
from console.tape.sqlite import Database


def take_lease(db: Database, holder: Holder, now_ms: int, ttl_ms: int) -> bool:
    params = {
        "holder": text(holder.id),
        "pid": holder.pid,
        "host": text(holder.host),
        "person": text(holder.user),
        "now_ms": now_ms,
        "expires_ms": now_ms + ttl_ms,
    }
    with db.writing():
        return db.run(sql.TAKE_LEASE, params) == 1


def renew_lease(db: Database, holder: Holder, now_ms: int, ttl_ms: int) -> bool:
    with db.writing():
        return db.run(sql.RENEW_LEASE, {"holder": text(holder.id), "expires_ms": now_ms + ttl_ms}) == 1


def release_lease(db: Database, holder: Holder) -> bool:
    with db.writing():
        return db.run(sql.RELEASE_LEASE, {"holder": text(holder.id)}) == 1


def lease(db: Database) -> Lease | None:
    for holder, pid, host, person, since_ms, expires_ms in db.rows(sql.LEASE):
        return Lease(Holder(holder, pid, host, person), since_ms, expires_ms)
    return None


def check_in(db: Database, viewer: Viewer, now_ms: int, ttl_ms: int) -> None:
    params = {
        "id": text(viewer.id),
        "person": text(viewer.user),
        "host": text(viewer.host),
        "pid": viewer.pid,
        "now_ms": now_ms,
        "expires_ms": now_ms + ttl_ms,
    }
    with db.writing():
        db.run(sql.DROP_EXPIRED_VIEWERS, {"now_ms": now_ms})
        db.run(sql.CHECK_IN, params)


def check_out(db: Database, viewer: Viewer) -> None:
    with db.writing():
        db.run(sql.CHECK_OUT, {"id": text(viewer.id)})


def viewers(db: Database, now_ms: int) -> list[Viewer]:
    return [
        Viewer(viewer_id, person, host, pid, since_ms, seen_ms)
        for viewer_id, person, host, pid, since_ms, seen_ms in db.rows(sql.VIEWERS, {"now_ms": now_ms})
    ]
