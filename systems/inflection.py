"""The forms of English words, from their lemmas."""

import re

_IRREGULAR = """
arise arose arisen; beat beat beaten; become became become; bid bid bid; bind bound bound;
break broke broken; bring brought brought; build built built; buy bought bought; catch
caught caught; choose chose chosen; come came come; cut cut cut; deal dealt dealt; draw
drew drawn; drive drove driven; fall fell fallen; feed fed fed; feel felt felt; fight
fought fought; find found found; flee fled fled; forbid forbade forbidden; forget forgot
forgotten; forgive forgave forgiven; give gave given; go went gone; hang hung hung; hit
hit hit; hold held held; hurt hurt hurt; keep kept kept; lay laid laid; lead led led;
leave left left; lend lent lent; let let let; make made made; meet met met; overthrow
overthrew overthrown; pay paid paid; put put put; read read read; rise rose risen; say
said said; see saw seen; seek sought sought; sell sold sold; send sent sent; set set set;
shoot shot shot; show showed shown; sink sank sunk; slay slew slain; speak spoke spoken;
stand stood stood; steal stole stolen; strike struck struck; swear swore sworn; take took
taken; teach taught taught; tell told told; throw threw thrown; understand understood
understood; undertake undertook undertaken; uphold upheld upheld; win won won; withdraw
withdrew withdrawn; withhold withheld withheld; write wrote written
"""
_VERBS = {
    lemma: (past, participle) for lemma, past, participle in map(str.split, _IRREGULAR.split(";"))
}
_NOUNS = {"man": "men", "woman": "women", "person": "people", "child": "children"}
_DOUBLED = re.compile(r"[^aeiou][aeiou][bdgklmnprt]")
_STRESSED_AT_END = {
    "admit", "commit", "compel", "concur", "control", "deter", "expel", "forget", "incur", "kidnap",
    "occur", "omit", "patrol", "permit", "prefer", "propel", "rebel", "rebut", "recur", "refer",
    "regret", "repel", "submit", "transfer", "transmit",
}  # fmt: skip


def verb_forms(lemma: str) -> set[str]:
    """The finite and non-finite forms of a verb.

    >>> sorted(verb_forms("deny"))
    ['denied', 'denies', 'deny', 'denying']
    >>> sorted(verb_forms("withdraw"))
    ['withdraw', 'withdrawing', 'withdrawn', 'withdraws', 'withdrew']
    """
    stem = lemma
    if _doubles(lemma):
        stem = lemma + lemma[-1]
    elif lemma.endswith("e"):
        stem = lemma[:-1]
    ing = lemma if lemma.endswith(("ee", "oe", "ye")) else stem
    past = _VERBS.get(lemma)
    if past is None:
        regular = re.sub(r"([^aeiou])y$", r"\1i", stem) if not lemma.endswith("e") else stem
        past = (regular + "ed", regular + "ed")
    return {lemma, _with_s(lemma), ing + "ing", *past}


def noun_forms(lemma: str) -> set[str]:
    """The singular and the plural of a noun.

    >>> sorted(noun_forms("spokeswoman")), sorted(noun_forms("embassy"))
    (['spokeswoman', 'spokeswomen'], ['embassies', 'embassy'])
    """
    for end, plural in _NOUNS.items():
        if lemma.endswith(end) and not lemma.endswith("human"):
            return {lemma, lemma.removesuffix(end) + plural}
    return {lemma, _with_s(lemma)}


def _doubles(verb: str) -> bool:
    short = _DOUBLED.fullmatch(verb[-3:]) and len(re.findall(r"[aeiou]+", verb)) == 1
    return bool(short and verb[-1] not in "wxy") or verb in _STRESSED_AT_END


def _with_s(word: str) -> str:
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(s|x|z|ch|sh)$", word) else "s")
