"""A corpus of any size and a system's noisy predictions for it, always the same.

Each document holds about fifty events, as many mentions and some quotes. The prediction drops
20 % of the items, shifts the span of 10 %, relabels 10 % and adds 15 % spurious ones.
"""

import json
import random
from pathlib import Path
from typing import Any

TYPES = (
    "AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "YIELD", "REQUEST", "ACCUSE", "REJECT",
    "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT", "RETREAT",
)  # fmt: skip
ACTORS = ("PER", "ORG", "GPE", "LOC", "FAC")
LENGTH = 6000

Item = dict[str, Any]


def write(folder: Path, documents: int, *, whole: bool, seed: int = 13) -> tuple[Path, Path]:
    """Write gold and predictions as JSON Lines.

    Args:
        folder: Where.
        documents: How many.
        whole: All layers, or only triggers with their types.
        seed: Of the random generator.
    """
    rng = random.Random(seed)
    text = ("abcde fghij " * (LENGTH // 12 + 1))[:LENGTH]
    gold, predicted = folder / "gold.jsonl", folder / "predicted.jsonl"
    with gold.open("w") as one, predicted.open("w") as two:
        for number in range(documents):
            key = f"d{number:06}"
            layers = _document(rng, whole=whole)
            noisy = {name: _noisy(rng, name, items) for name, items in layers.items()}
            one.write(json.dumps({"id": key, "text": text, **layers}) + "\n")
            two.write(json.dumps({"id": key, **noisy}) + "\n")
    return gold, predicted


def _span(rng: random.Random, longest: int = 12) -> Item:
    start = rng.randrange(LENGTH - 200)
    return {"start": start, "end": start + rng.randint(1, longest)}


def _document(rng: random.Random, *, whole: bool) -> dict[str, list[Item]]:
    events = [_event(rng, whole=whole) for _ in range(rng.randint(40, 60))]
    if not whole:
        return {"events": events}
    actors = [_actor(rng) for _ in range(rng.randint(10, 16))]
    return {"actors": actors, "events": events, "quotes": [_quote(rng) for _ in range(12)]}


def _event(rng: random.Random, *, whole: bool) -> Item:
    made = {"type": rng.choice(TYPES), "trigger": _span(rng)}
    if whole:
        roles = rng.choices(("actor", "recipient", "location"), k=rng.randint(0, 2))
        made["arguments"] = [{"role": role, **_span(rng)} for role in roles]
        made["realis"] = rng.choice(("actual", "other", "generic"))
    return made


def _actor(rng: random.Random) -> Item:
    mentions = [{**_span(rng), "level": "NAM"} for _ in range(rng.randint(1, 6))]
    return {"type": rng.choice(ACTORS), "mentions": mentions}


def _quote(rng: random.Random) -> Item:
    return {
        "content": _span(rng, 180),
        "kind": rng.choice(("direct", "indirect", "mixed")),
        "source": _span(rng),
        "cue": _span(rng),
    }


def _noisy(rng: random.Random, layer: str, items: list[Item]) -> list[Item]:
    kept = [item for item in items if rng.random() >= 0.2]
    made = [_changed(rng, layer, item) for item in kept]
    spurious = [
        {"events": lambda: _event(rng, whole="realis" in items[0]), "actors": lambda: _actor(rng),
         "quotes": lambda: _quote(rng)}[layer]()
        for _ in items if rng.random() < 0.15
    ]  # fmt: skip
    return made + spurious


def _changed(rng: random.Random, layer: str, item: Item) -> Item:
    item = json.loads(json.dumps(item))
    part = {"events": "trigger", "quotes": "content"}.get(layer)
    if rng.random() < 0.1:
        for span in [item[part]] if part else item["mentions"]:
            span["start"], span["end"] = span["start"] + 1, span["end"] + 1
    if rng.random() < 0.1:
        label = "kind" if layer == "quotes" else "type"
        item[label] = rng.choice(
            {"events": TYPES, "actors": ACTORS}.get(layer, ("direct", "mixed"))
        )
    return item
