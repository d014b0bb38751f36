"""What changed between two verdicts: what a reader would notice, in words."""

from __future__ import annotations

from console.findings import VerdictDoc


def changed(before: VerdictDoc | None, now: VerdictDoc) -> list[str]:
    """What changed its mind since the verdict before; empty when a reader would notice nothing."""
    if before is None:
        return []
    told = []
    if before["state"] != now["state"]:
        told.append(f"{before['state']} became {now['state']}")
    for key, what in (("first_mover", "the first mover"), ("symptom", "the symptom")):
        was, is_now = before[key], now[key]  # type: ignore[literal-required]
        if (was and was["signal"]) != (is_now and is_now["signal"]):
            told.append(_turned(what, was and was["name"], is_now and is_now["name"]))
    was_alarm, alarm = before["first_alarm"], now["first_alarm"]
    if (was_alarm and (was_alarm["what"], was_alarm["entity"])) != (alarm and (alarm["what"], alarm["entity"])):
        told.append(_turned("the first alarm", was_alarm and was_alarm["what"], alarm and alarm["what"]))
    elif before["misleading"]["is"] != now["misleading"]["is"] and alarm is not None:
        turn = "misleads" if now["misleading"]["is"] else "no longer misleads"
        told.append(f"{alarm['what']} {turn}: {now['misleading']['why']}")
    told += _fourth(before, now)
    effects = {(one["at"], one["what"]): one["effect"] for one in before["fixes"]}
    for fix in now["fixes"]:
        was_effect = effects.get((fix["at"], fix["what"]))
        if was_effect != fix["effect"]:
            told.append(f"{fix['what']}: {was_effect + ' became ' if was_effect else ''}{fix['effect']}")
    ended = {(gap["source"], gap["from"]): gap["to"] for gap in before["gaps"]}
    for gap in now["gaps"]:
        if ended.get((gap["source"], gap["from"]), gap["to"]) != gap["to"]:
            told.append(f"{gap['source']} is seen again")
        elif (gap["source"], gap["from"]) not in ended:
            told.append(f"{gap['source']} is not seen: {gap['why']}")
    return told


def _turned(what: str, was: str | None, now: str | None) -> str:
    if was is None:
        return f"{what} is {now}"
    return f"{what} is no longer {was}" if now is None else f"{what} is {now}, no longer {was}"


def _fourth(before: VerdictDoc, now: VerdictDoc) -> list[str]:
    was, fourth = before["fourth_signal"], now["fourth_signal"]
    if fourth is None:
        return ["the fourth signal no longer stands out"] if was is not None else []
    pair = (fourth["model_signal"], fourth["ingestion_signal"])
    if was is None or (was["model_signal"], was["ingestion_signal"]) != pair:
        return [f"the fourth signal: {fourth['text']}"]
    if len(was["episodes"]) != len(fourth["episodes"]):
        return [f"episode {len(fourth['episodes'])} of the fourth signal"]
    return []
