"""What the classifiers see of a parsed sentence, as strings, and the spans that a word may head."""

from collections.abc import Iterator

from spacy.tokens import Token

Extent = tuple[int, int]
"""First token and one past the last one."""

_LIGHT = {"aux", "auxpass", "neg", "prt", "prep", "agent", "mark", "dobj", "nsubj", "nsubjpass"}
_MOST_STEPS = 5
_NEAR = (1, 2, 3, 5, 8, 13, 21)
_NAMING = {"compound", "nmod", "flat"}
_LEADING = {"det", "poss", "predet", "quantmod", "case", "punct"}


def of_token(token: Token) -> Iterator[str]:
    """A word: itself, its place in the tree, its neighbours."""
    lemma, pos = token.lemma_.lower(), token.pos_
    yield from (f"lemma={lemma}", f"lemma={lemma}/{pos}", f"form={token.lower_}", f"pos={pos}")
    yield from (f"tag={token.tag_}", f"dep={token.dep_}", f"pos={pos}/{token.dep_}")
    yield from (f"shape={token.shape_}", f"entity={token.ent_type_}", f"end={token.lower_[-3:]}")
    head = token.head
    yield f"head={head.lemma_.lower()}/{token.dep_}"
    yield f"head pos={head.pos_}/{token.dep_}"
    for child in token.children:
        yield f"child={child.dep_}"
        yield f"lemma={lemma}/child={child.dep_}"
        if child.dep_ in _LIGHT:
            yield f"child={child.dep_}/{child.lemma_.lower()}"
            yield f"child={child.dep_}/entity={child.ent_type_}"
    for step, name in ((-1, "before"), (1, "after")):
        beside = _beside(token, step)
        yield f"{name}={beside.lemma_.lower() if beside is not None else ''}"
        yield f"{name} pos={beside.pos_ if beside is not None else ''}"


def of_pair(trigger: Token, type: str, token: Token) -> Iterator[str]:
    """A word of a trigger's sentence as seen from the trigger."""
    path = _path(trigger, token)
    order = "after" if token.i > trigger.i else "before"
    lemma, head = token.lemma_.lower(), trigger.lemma_.lower()
    kind = token.ent_type_ or token.pos_
    voice = "passive" if any(c.dep_ in ("auxpass", "nsubjpass") for c in trigger.children) else ""
    near = sum(abs(token.i - trigger.i) > far for far in _NEAR)
    yield from (f"path={path}", f"path={path}/{kind}", f"path={path}/{type}", f"kind={kind}")
    yield from (f"path={path}/{voice}", f"path={path}/{trigger.pos_}", f"path={path}/{head}")
    yield from (f"dep={token.dep_}/{order}", f"near={order}/{near}", f"pos={token.pos_}/{near}")
    yield from (f"lemma={lemma}", f"lemma={lemma}/{head}", f"tag={token.tag_}", f"type={type}")
    yield from (f"kind={kind}/{type}/{order}", f"governor={token.head.lemma_.lower()}/{kind}")


def of_filler(token: Token, role: str) -> Iterator[str]:
    """A word that heads the filler of a role."""
    yield from (f"role={role}", f"pos={token.pos_}", f"role={role}/pos={token.pos_}")
    yield from (f"entity={token.ent_type_}", f"role={role}/entity={token.ent_type_}")
    yield from (f"tag={token.tag_}", f"dep={token.dep_}", f"lemma={token.lemma_.lower()}")
    for child in token.children:
        side = "left" if child.i < token.i else "right"
        yield f"{side}={child.dep_}"
        yield f"{side}={child.dep_}/{child.lemma_.lower()}"
        yield f"{side}={child.dep_}/entity={child.ent_type_}"


def extents(token: Token) -> dict[str, Extent]:
    """The spans that a word may head, by how they are made; some may be the same."""
    at = token.i
    lefts, rights = list(token.lefts), list(token.rights)
    naming = [c.left_edge.i for c in lefts if c.dep_ in _NAMING]
    bare = [c.left_edge.i for c in lefts if c.dep_ not in _LEADING]
    of = [c.right_edge.i + 1 for c in rights if c.lower_ == "of"]
    starts = {
        "word": at,
        "name": min(naming, default=at),
        "bare": min(bare, default=at),
        "all": token.left_edge.i,
    }
    ends = {"word": at + 1, "of": max(of, default=at + 1), "all": token.right_edge.i + 1}
    found = {f"{a}-{b}": (start, end) for a, start in starts.items() for b, end in ends.items()}
    entity = next((e for e in token.sent.ents if e.start <= at < e.end), None)
    if entity is not None:
        found["entity"] = (entity.start, entity.end)
        bare_start = entity.start + (entity[0].dep_ in _LEADING and len(entity) > 1)
        found["entity, bare"] = (bare_start, entity.end)
    return found


def _beside(token: Token, step: int) -> Token | None:
    at = token.i + step
    return token.doc[at] if 0 <= at < len(token.doc) else None


def _path(start: Token, end: Token) -> str:
    """The way through the tree, with the prepositions that it passes."""
    above = {token.i: i for i, token in enumerate((start, *start.ancestors))}
    down: list[str] = []
    at = end
    while at.i not in above:
        word = f":{at.lemma_.lower()}" if at.dep_ in ("prep", "agent") and at.i != end.i else ""
        down.append(f">{at.dep_}{word}")
        at = at.head
    up = [f"<{token.dep_}" for token in (start, *start.ancestors)][: above[at.i]]
    if len(up) + len(down) > _MOST_STEPS:
        return "far"
    return "".join([*up, *reversed(down)])
