"""Penn-style constituents out of a dependency tree.

A head becomes the phrase of its part of speech: nouns NP, verbs S with a VP for each auxiliary,
prepositions PP. Conjuncts become sisters in a phrase of their kind. The words of a tree are the
sentence's upper-cased tokens, each of which knows its token: a match need not be looked for.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from spacy.tokens import Doc, Span, Token


class Phrase(NamedTuple):
    """A label over phrases and tokens, in their order."""

    label: str
    parts: "list[Node]"


Node: TypeAlias = Phrase | Token
_Member: TypeAlias = tuple[Token, list[Token]]
"""A conjunct with those of its children that belong to it alone."""


class Word(str):
    """A token's upper-cased text, without white space and brackets."""

    token: Token


class Parse(str):
    """A bracketed tree; what it is split into are its brackets and each `Word`."""

    pieces: list[str]

    def strip(self, *_: object) -> "Parse":
        """Itself: nothing stands around it."""
        return self

    def split(self, *_: object, **__: object) -> list[str]:
        """Its pieces."""
        return list(self.pieces)


def parse(sentence: Span) -> Parse:
    """A sentence as a tree whose root is an S."""
    made = phrase(sentence.root)
    root = made if isinstance(made, Phrase) and made.label == "S" else Phrase("S", [made])
    pieces = list(_pieces(root))
    made_of = Parse(" ".join(pieces))
    made_of.pieces = pieces
    return made_of


def join_hyphens(doc: Doc) -> None:
    """Make what hyphens join into one token each, as the Penn treebank has it."""
    spans: list[tuple[int, int]] = []
    for token in doc[1:-1]:
        before, after = token.nbor(-1), token.nbor(1)
        joins = before.is_alpha and after.is_alpha
        if token.text == "-" and joins and not before.whitespace_ and not token.whitespace_:
            start = spans.pop()[0] if spans and spans[-1][1] == token.i else before.i
            spans.append((start, after.i + 1))
    with doc.retokenize() as retokenizer:
        for start, end in spans:
            retokenizer.merge(doc[start:end])


_TAGS = {"HYPH": ":", "NFP": ":", "AFX": "JJ", "ADD": "NN", "XX": "FW", "": "FW"}
"""Tags of spaCy that the treebank lacks."""


def _pieces(node: Node) -> Iterator[str]:
    if isinstance(node, Phrase):
        yield f"({node.label}"
        for part in node.parts:
            yield from _pieces(part)
    else:
        yield f"({_TAGS.get(node.tag_, node.tag_)}"
        yield _word(node)
    yield ")"


def _word(token: Token) -> Word:
    text = token.text.replace("(", "-LRB-").replace(")", "-RRB-")
    made = Word("_".join(text.upper().split()))
    made.token = token
    return made


_SUBJECTS = {"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"}
_AUXILIARIES = {"aux", "auxpass"}
_CLAUSES = {"ccomp", "advcl", "relcl", "csubj", "csubjpass"}
_FLAT = {"amod", "compound", "nummod", "nmod", "det", "predet", "quantmod", "preconj"}


def phrase(token: Token) -> Node:
    """The constituent that a token heads."""
    if token.pos_ in ("VERB", "AUX"):
        return _clauses(token)
    if token.pos_ in ("NOUN", "PROPN", "PRON", "NUM", "SYM"):
        return _coordinated(token, "NP")
    if token.dep_ in ("prep", "agent", "dative") or any(
        child.dep_ in ("pobj", "pcomp") for child in token.children
    ):
        return _coordinated(token, "PP")
    if token.pos_ == "ADJ":
        return _coordinated(token, "ADJP")
    if token.pos_ == "ADV":
        return _coordinated(token, "ADVP")
    if token.dep_ == "prt":
        return Phrase("PRT", _words(token))
    rest = [phrase(child) for child in _children(token)]
    return Phrase("X", _placed([token, *rest])) if rest else token


def _words(token: Token) -> list[Node]:
    """All that hangs on a token, without structure: of most that come here, the token alone."""
    return [one for one in token.subtree if not one.is_space]


def _children(token: Token) -> list[Token]:
    return [child for child in token.children if not child.is_space]


def _first(node: Node) -> int:
    """Where a constituent begins, by its leftmost part."""
    return _first(node.parts[0]) if isinstance(node, Phrase) else node.i


def _placed(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=_first)


def _all(tokens: Iterable[Token]) -> list[Node]:
    return [node for token in tokens for node in _words(token)]


class _Chain(NamedTuple):
    """Conjuncts, each with the children that are its own, and what stands between them."""

    members: list[_Member]
    joints: list[Token]


def _chain(token: Token) -> _Chain:
    members: list[_Member] = []
    joints: list[Token] = []
    queue = [token]
    while queue:
        member = queue.pop(0)
        children = _children(member)
        after = [child for child in children if child.dep_ == "conj"]
        last = max((child.i for child in after), default=-1)
        between = [
            child
            for child in children
            if child.dep_ == "cc" or (child.dep_ == "punct" and member.i < child.i < last)
        ]
        joints += between
        queue = after + queue
        members.append((member, [one for one in children if one not in after + between]))
    return _Chain(members, joints)


def _coordinated(token: Token, label: str) -> Phrase:
    chain = _chain(token)
    if len(chain.members) == 1:
        ((_, own),) = chain.members
        return _simple(token, own + chain.joints, label)
    made = [
        _simple(member, own, label) if member is token else _joined(member, own)
        for member, own in chain.members
    ]
    return Phrase(label, _placed([*made, *_all(chain.joints)]))


def _joined(token: Token, own: list[Token]) -> Node:
    """A later conjunct, by its own part of speech."""
    if token.pos_ in ("VERB", "AUX"):
        return _clause(token, own, [], [])
    label = {"ADJ": "ADJP", "ADV": "ADVP", "ADP": "PP"}.get(token.pos_, "NP")
    return _simple(token, own, label)


def _simple(token: Token, own: list[Token], label: str) -> Phrase:
    if label == "NP":
        return _nominal(token, own)
    return Phrase(label, _placed([token, *(phrase(child) for child in own)]))


def _nominal(token: Token, own: list[Token]) -> Phrase:
    """A noun with its words before it, and around it what follows it."""
    base: list[Node] = [token]
    outer: list[Node] = []
    for child in own:
        if child.tag_ == "PRP$" or (child.dep_ in _FLAT and child.i < token.i):
            base += _words(child)
        elif child.i < token.i or child.dep_ in ("case", "nummod", "compound"):
            base.append(phrase(child))
        else:
            outer.append(phrase(child))
    inner = Phrase("NP", _placed(base))
    return Phrase("NP", [inner, *_placed(outer)]) if outer else inner


def _clauses(token: Token) -> Phrase:
    """A verb with its conjuncts: in one VP where they share a subject, else in one S."""
    chain = _chain(token)
    groups: list[list[_Member]] = []
    for member, own in chain.members:
        apart = any(child.dep_ in _SUBJECTS for child in own) or member.pos_ not in ("VERB", "AUX")
        if groups and not apart:
            groups[-1].append((member, own))
        else:
            groups.append([(member, own)])
    made: list[Node] = []
    loose = list(chain.joints)
    for group in groups:
        (head, own), *others = group
        until = max(member.i for member, _ in group)
        inside = [one for one in loose if head.i < one.i < until] if others else []
        loose = [one for one in loose if one not in inside]
        if head.pos_ in ("VERB", "AUX"):
            made.append(_clause(head, own, others, inside))
        else:
            made.append(_joined(head, own))
    if len(made) == 1 and not loose:
        (only,) = made
        if isinstance(only, Phrase):
            return only
    return Phrase("S", _placed([*made, *_all(loose)]))


def _clause(verb: Token, own: list[Token], others: list[_Member], joints: list[Token]) -> Phrase:
    """One verb's S, or SBAR where a word introduces it, or VP where it modifies a noun."""
    items: list[Token] = sorted([verb, *own], key=lambda one: one.i)
    opener = _opener(verb, items)
    if opener is not None:
        items.remove(opener)
    subjects = [one for one in items if one.dep_ in _SUBJECTS]
    early = [one for one in subjects if one.i < verb.i]
    late = next((one for one in subjects if one.i > verb.i), None)
    verbal = [one for one in items if one is verb or one.dep_ in _AUXILIARIES]
    start = items.index(early[-1]) + 1 if early else 0
    while items[start] not in verbal:
        start += 1
    stop = items.index(late) if late is not None else len(items)
    while not others and items[stop - 1].dep_ == "punct" and items[stop - 1] is not verb:
        stop -= 1
    verbs = _verb_phrase(verb, items[start:stop], others, joints)
    before: list[Node] = []
    for one in items[:start]:
        before += _words(one) if one in verbal else [phrase(one)]
    after = [phrase(one) for one in items[stop:]]
    if verb.dep_ == "acl" and verb.tag_ != "VB" and not (before or after or opener):
        return verbs
    clause = Phrase("S", [*before, verbs, *after])
    if opener is not None:
        opening = _words(opener) if opener.dep_ == "mark" else [_wh(opener)]
        return Phrase("SBAR", [*opening, clause])
    return Phrase("SBAR", [clause]) if verb.dep_ == "relcl" else clause


def _opener(verb: Token, items: list[Token]) -> Token | None:
    """What introduces a clause: a conjunction, or the phrase with its relative."""
    first = items[0]
    if first.dep_ == "mark":
        return first
    asks = verb.dep_ in _CLAUSES and any(one.tag_.startswith("W") for one in first.subtree)
    return first if asks and first is not verb and first.pos_ not in ("VERB", "AUX") else None


def _wh(token: Token) -> Phrase:
    kind = {"ADP": "WHPP", "ADV": "WHADVP", "SCONJ": "WHADVP"}.get(token.pos_, "WHNP")
    return Phrase(kind, _words(token))


def _verb_phrase(
    verb: Token,
    items: list[Token],
    others: list[_Member],
    joints: list[Token],
) -> Phrase:
    """A VP for each auxiliary, one within the other, and the verb's own innermost."""
    marks = [k for k, one in enumerate(items) if one is verb or one.dep_ in _AUXILIARIES]
    marks = [k for k in marks if k <= items.index(verb)]
    made: Phrase | None = None
    shared = not any(child.dep_ in _AUXILIARIES for _, own in others for child in own)
    for k in reversed(marks):
        end = next((later for later in marks if later > k), len(items))
        inner: list[Node] = [] if made is None else [made]
        rest = [node for one in items[k + 1 : end] for node in _in_verb_phrase(one)]
        first: list[Node] = [verb] if items[k] is verb else _words(items[k])
        made = Phrase("VP", [*first, *rest, *inner])
        if (k == marks[-1] and shared) or (k == marks[0] and not shared):
            made = _with_others(made, others, joints)
    return made if made is not None else Phrase("VP", [verb])


def _with_others(first: Phrase, others: list[_Member], joints: list[Token]) -> Phrase:
    if not others:
        return first
    more: list[Node] = []
    for member, own in others:
        made = _clause(member, own, [], [])
        single = made.label == "S" and len(made.parts) == 1
        more.append(made.parts[0] if single else made)
    return Phrase("VP", [first, *_placed([*more, *_all(joints)])])


def _in_verb_phrase(token: Token) -> list[Node]:
    """A constituent of a VP; a negation stands in it as a word."""
    return _words(token) if token.dep_ == "neg" else [phrase(token)]
