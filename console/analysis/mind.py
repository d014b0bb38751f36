"""What changed between two verdicts: what a reader would notice, in words, what matters most first."""

from __future__ import annotations

from console.analysis.words import short_change
from console.findings import FixDoc, FourthSignalDoc, MoverDoc, VerdictDoc

_WEIGHTY = ("helped", "worse")


def changed(before: VerdictDoc | None, now: VerdictDoc) -> list[str]:
    """What changed its mind since the verdict before; empty when a reader would notice nothing."""
    if before is None:
        return []
    told = [] if before["state"] == now["state"] else [f"{before['state']} became {now['state']}"]
    if now["state"] != "quiet":  # else all that was said is over, and that says it
        fixes = _fixes(before, now)
        told += _mover(before["first_mover"], now["first_mover"])
        told += _alarm(before, now)
        told += [text for text, weighty in fixes if weighty]
        told += _symptom(before["symptom"], now["symptom"])
        told += _fourth(before["fourth_signal"], now["fourth_signal"])
        told += [text for text, weighty in fixes if not weighty]
    return list(dict.fromkeys([*told, *_gaps(before, now)]))


def _mover(was: MoverDoc | None, now: MoverDoc | None) -> list[str]:
    if (was and was["signal"]) == (now and now["signal"]):
        return []
    return [_turned("the first mover", was and was["name"], now and now["name"])]


def _symptom(was: MoverDoc | None, now: MoverDoc | None) -> list[str]:
    """Another symptom; signals of one entity that change places are the same trouble, and its first is no news."""
    if was is None or now is None or was["entity"] == now["entity"]:
        return []
    return [_turned("the symptom", was["name"], now["name"])]


def _alarm(before: VerdictDoc, now: VerdictDoc) -> list[str]:
    was, alarm = before["first_alarm"], now["first_alarm"]
    misleads = now["misleading"]["is"]
    turn = "misleads" if misleads else "does not mislead"
    if (was and (was["what"], was["entity"])) != (alarm and (alarm["what"], alarm["entity"])):
        told = _turned("the first alarm", was and was["what"], alarm and alarm["what"])
        return [f"{told}, and it misleads" if misleads and alarm is not None else told]
    if alarm is None or before["misleading"]["is"] == misleads:
        return []
    return [f"{alarm['what']} {turn} after all: {now['misleading']['why']}"]


def _fourth(was: FourthSignalDoc | None, now: FourthSignalDoc | None) -> list[str]:
    if now is None:
        return [] if was is None else ["the fourth signal no longer stands out"]
    if was is None or was["ingestion_signal"] != now["ingestion_signal"]:
        return [f"the fourth signal: {now['text']}"]
    if len(now["episodes"]) > len(was["episodes"]):
        return [f"the fourth signal has come again, {len(now['episodes'])} times now"]
    return []


def _fixes(before: VerdictDoc, now: VerdictDoc) -> list[tuple[str, bool]]:
    """What is new about fixes, and whether it is one that did something, or no longer did."""
    effects = {(one["at"], one["what"]): one["effect"] for one in before["fixes"]}
    return [
        (_fix(one, was), one["effect"] in _WEIGHTY or was in _WEIGHTY)
        for one in now["fixes"]
        if (was := effects.get((one["at"], one["what"]))) != one["effect"]
    ]


def _fix(fix: FixDoc, was: str | None) -> str:
    return f"{short_change(fix['what'])}: {fix['effect']}" + (f", no longer {was}" if was else "")


def _gaps(before: VerdictDoc, now: VerdictDoc) -> list[str]:
    ended = {(gap["source"], gap["from"]): gap["to"] for gap in before["gaps"]}
    told = []
    for gap in now["gaps"]:
        key = gap["source"], gap["from"]
        if key not in ended:
            told.append(f"{gap['source']} {'is not' if gap['to'] is None else 'was not'} seen: {gap['why']}")
        elif ended[key] is None and gap["to"] is not None:
            told.append(f"{gap['source']} is seen again")
    return told


def _turned(what: str, was: str | None, now: str | None) -> str:
    if was is None:
        return f"{what} is {now}"
    return f"{what} is no longer {was}" if now is None else f"{what} is {now}, no longer {was}"
