"""The profile of EvmEval gives what its scorer gives."""

import heapq
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import document, event, pairs_of_corpora, span

from bench import Document, Event, Span
from bench.errors import InputError
from bench.profiles.counting import Places, merged, touching
from bench.profiles.kbp import ATTRIBUTES, AVERAGE, KBP, score

ALL, ZERO = ("100.00",) * 3, ("0.00",) * 3
NAN = ("nan",) * 3
PLAIN, TYPED, REAL, BOTH = ATTRIBUTES


def shown(gold, predicted):
    return {figure.name: figure.shown for figure in KBP.score(gold, predicted)}


def of_events(gold, predicted):
    return shown([document(events=gold)], [document(events=predicted)])


def at(*places, kind="A", **more):
    return [event(kind, place, **more) for place in places]


def pieces(*places):
    return Event(type="A", trigger=span(*places))


def test_two_mentions_one_a_character_short():
    gold = [event("A", (0, 4)), event("B", (10, 15))]
    rows = of_events(gold, [event("A", (0, 4)), event("B", (10, 14))])
    assert [rows[name] for name in ATTRIBUTES] == [("94.44",) * 3] * 4


def test_greed_takes_the_best_pair_and_stricter_attributes_may_score_higher():
    places, guesses = ((2, 12), (5, 11)), ((2, 11), (1, 5))
    assert of_events(at(*places), at(*guesses))[PLAIN] == ("47.37",) * 3
    gold = [event(kind, place) for kind, place in zip("AB", places, strict=True)]
    rows = of_events(gold, [event(k, place) for k, place in zip("BA", guesses, strict=True)])
    assert rows[PLAIN] == ("47.37",) * 3
    assert rows[TYPED] == ("61.43",) * 3


def test_duplicates_count():
    one, two = at((0, 4)), at((0, 4), (0, 4))
    assert of_events(one, two)[PLAIN] == ("50.00", "100.00", "66.67")
    assert of_events(two, one)[PLAIN] == ("100.00", "50.00", "66.67")


def test_predictions_for_documents_without_gold_are_free():
    gold = [document("a", events=at((0, 4))), document("b")]
    predicted = [gold[0], document("b", events=at((0, 4), (5, 9), (10, 14)))]
    assert shown(gold, predicted)[PLAIN] == shown(gold, predicted)["plain (macro)"] == ALL


def test_missing_documents_are_misses_and_unknown_ones_ignored():
    gold = [document("a", events=at((0, 4))), document("b", events=at((0, 4)))]
    unknown = document("c", events=at((0, 4)))
    rows = shown(gold, [gold[0], unknown])
    assert rows[PLAIN] == ("100.00", "50.00", "66.67")
    assert rows["plain (macro)"] == ("50.00",) * 3
    assert rows["type a"] == ("1.00", "0.50", "0.67")


def test_macro_is_the_mean_of_precision_and_recall_over_documents():
    gold = [document("a", events=at((0, 4))), document("b", events=at((0, 4), (5, 9)))]
    predicted = [document("a", events=at((0, 4))), document("b", events=at((0, 4), (20, 24)))]
    assert shown(gold, predicted)[PLAIN] == ("66.67",) * 3
    assert shown(gold, predicted)["plain (macro)"] == ("75.00",) * 3


def test_what_cannot_be_divided_is_nan():
    assert of_events([], [])[PLAIN] == NAN
    assert of_events(at((0, 4)), [])[PLAIN] == ("nan", "0.00", "nan")
    assert of_events(at((0, 4)), at((5, 9)))[PLAIN] == ("0.00", "0.00", "nan")
    assert [figure.f1 for figure in KBP.score([], [])] == [None] * 8


def test_percentages_are_taken_before_the_division():
    gold = at(*((i, i + 1) for i in range(63)))
    assert of_events(gold, gold[:1])[PLAIN][2] == "3.13"  # 2/64 is 3.125 %
    assert of_events(gold[:1], gold)[PLAIN] == ("1.59", "100.00", "3.13")


def test_overlap_is_graded_over_characters():
    gold = [event("GPE", (0, 8)), event("EV", (9, 13))]
    assert of_events(gold, [event("GPE", (0, 4)), event("EV", (9, 13))])[PLAIN] == ("83.33",) * 3
    far = Document(id="d", text="word " * 1000, events=tuple(at((100, 200))))
    whole = Document(id="d", text="word " * 1000, events=tuple(at((0, 5000))))
    assert shown([far], [whole])[PLAIN][2] == "3.92"


def test_pieces_are_sets_of_characters_that_are_measured_as_lists():
    one, two = [pieces((0, 4))], [pieces((0, 4), (10, 14))]
    assert of_events(one, two)[PLAIN] == of_events(two, one)[PLAIN] == ("66.67",) * 3
    twice = [Event(type="A", trigger=Span(start=0, end=6, fragments=((0, 4), (2, 6))))]
    assert of_events(twice, [pieces((0, 6))])[PLAIN] == ("85.71",) * 3


def test_in_tokens_overlap_is_graded_over_tokens():
    meta = {"tokens": [[0, 4], [5, 9], [10, 14]]}
    gold = Document(id="d", text="x" * 20, meta=meta, events=tuple(at((0, 9))))
    guess = Document(id="d", text="x" * 20, events=tuple(at((5, 14))))
    assert shown([gold], [guess])[PLAIN] == ("50.00",) * 3
    assert shown([gold], [Document(id="d", events=tuple(at((6, 7))))])[PLAIN] == ("66.67",) * 3
    nowhere = Document(id="d", events=tuple(at((4, 5))))
    assert shown([gold], [nowhere])[PLAIN] == ("0.00", "0.00", "nan")


def test_labels_are_folded_and_gold_may_leave_them_open():
    rows = of_events(at((0, 4), kind="Business_Start-Org"), at((0, 4), kind="businessSTARTorg!"))
    assert rows[TYPED] == ALL
    assert rows["type businessstartorg"] == ("1.00",) * 3
    rows = of_events(at((0, 4), kind="NOT_ANNOTATED"), at((0, 4), kind="Die"))
    assert rows[TYPED] == ALL
    assert rows["type notannotated"] == ("0.00", "1.00", "0.00")  # nobody predicts it


def test_the_table_of_types_needs_the_realis_and_knows_gold_types_only():
    gold, guess = at((0, 4), (5, 9)), [*at((0, 4), realis="other"), *at((5, 9)), *at((20, 24))]
    rows = of_events(gold, [*guess, *at((30, 34), kind="B")])
    assert rows["type a"] == ("0.33", "0.50", "0.40")
    assert "type b" not in rows
    assert rows[TYPED][1] == "100.00"
    assert rows[REAL][1] == rows[BOTH][1] == "50.00"


def hoppers(names, shift=0):
    return [event("A", (5 * i, 5 * i + 4 - shift), hopper=name) for i, name in enumerate(names)]


def test_coreference_averages_four_metrics_cut_off_after_two_digits():
    rows = of_events(hoppers("aaabb"), hoppers("aabbb"))
    assert rows["blanc"] == ("-", "-", "58.33")
    assert rows["muc"] == ("-", "-", "66.66")
    assert rows[AVERAGE] == ("-", "-", "69.58")


def test_coreference_needs_whole_triggers_of_the_right_type():
    assert of_events(hoppers("aabb"), hoppers("aabb"))[AVERAGE] == ("-", "-", "100.00")
    assert of_events(hoppers("aabb"), hoppers("aabb", shift=1))[AVERAGE] == ("-", "-", "0.00")
    other = [event("B", (5 * i, 5 * i + 4), hopper="a") for i in range(2)]
    assert of_events(hoppers("aa"), other)[AVERAGE] == ("-", "-", "0.00")


def with_options(gold, predicted, **options):
    found = score([document(events=gold)], [document(events=predicted)], **options)
    return {figure.name: figure.shown for figure in found}


def test_coreference_may_be_asked_of_spans_alone():
    other = [event("B", (5 * i, 5 * i + 4), hopper="a") for i in range(2)]
    rows = with_options(hoppers("aa"), other, coreference_by=PLAIN)
    assert rows[AVERAGE] == ("-", "-", "100.00")
    assert rows[TYPED] == ("0.00", "0.00", "nan")


def test_coreference_may_be_asked_of_parts_of_a_span():
    rows = [with_options(hoppers("aabb"), hoppers("aabb", shift=1), threshold=threshold)
            for threshold in (0.85, 0.86)]  # fmt: skip
    assert [row[AVERAGE][2] for row in rows] == ["100.00", "0.00"]  # three of four: 6/7


def test_what_is_missed_cannot_be_aligned_where_nothing_is_predicted():
    with pytest.raises(InputError, match="a document without predictions"):
        with_options(hoppers("aa"), [], threshold=0.0)


def test_types_that_are_not_asked_for_do_not_exist():
    gold = [*at((0, 4), kind="At-tack"), *at((5, 9), kind="Die"), *at((5, 9), kind="At-tack")]
    rows = with_options(gold, at((0, 4), (5, 9), kind="Die"), types=["ATTACK"])
    assert rows[PLAIN] == ("nan", "0.00", "nan")
    assert "type die" not in rows
    rows = with_options(gold, at((0, 4), (5, 9), kind="Die"), types=["die", "none"])
    assert rows[PLAIN] == ("50.00", "100.00", "66.67")


def test_a_hopper_of_which_one_mention_is_left_is_none():
    gold = [*hoppers("aa"), event("B", (20, 24), hopper="a")]
    assert (
        with_options(gold, gold, types=["B"])[AVERAGE]
        == with_options(gold, [event("B", (20, 24), hopper="b")], types=["B"])[AVERAGE]
    )


def test_without_hoppers_there_is_no_coreference():
    assert AVERAGE not in of_events(at((0, 4)), at((0, 4)))
    assert AVERAGE in of_events(at((0, 4)), hoppers("a"))


def test_spans_without_offsets_count_and_match_nothing():
    nowhere = Event(type="A", trigger=Span(text="ghost"))
    assert of_events(at((0, 4)), [*at((0, 4)), nowhere])[PLAIN] == ("50.00", "100.00", "66.67")
    assert of_events([nowhere], [nowhere])[PLAIN] == ("0.00", "0.00", "nan")


def true_positives(gold, predicted, *keys):
    """Straight from the description: a heap of all pairs."""

    def characters(one):
        return [i for start, end in one.trigger.pieces for i in range(start, end)]

    heap = []
    for i, guess in enumerate(predicted):
        for j, one in enumerate(gold):
            a, b = characters(one), characters(guess)
            common = len(set(a) & set(b))
            if common and all(getattr(one, key) == getattr(guess, key) for key in keys):
                heapq.heappush(heap, (-2.0 * common / (len(a) + len(b)), i, j))
    total, left, right = 0.0, set(), set()
    while heap:
        score, i, j = heapq.heappop(heap)
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            total -= score
    return total


@given(pairs_of_corpora())
def test_it_pops_a_heap_of_all_pairs(pair):
    figures = {figure.name: figure for figure in KBP.score(*pair)}
    for name, keys in {
        PLAIN: (),
        TYPED: ("type",),
        REAL: ("realis",),
        BOTH: ("type", "realis"),
    }.items():
        hits, guesses, wanted = 0.0, 0, 0
        for gold, predicted in zip(*pair, strict=True):
            if gold.events:
                hits += true_positives(gold.events, predicted.events, *keys) * 100
                guesses += len(predicted.events)
                wanted += len(gold.events)
        assert figures[name].precision == (hits / guesses if guesses else None)
        assert figures[name].recall == (hits / wanted if wanted else None)


_places = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 4)).map(lambda p: (p[0], p[0] + p[1])), max_size=3
)
_spans = st.lists(st.tuples(st.integers(0, 2), _places.map(tuple)), max_size=6)


@given(_spans, _spans)
def test_candidates_are_all_pairs_with_a_common_position(gold, predicted):
    def covered(places):
        return {i for start, end in places for i in range(start, end)}

    expected = {
        (i, j): common
        for i, (number, one) in enumerate(gold)
        for j, (other, two) in enumerate(predicted)
        if number == other and (common := len(covered(one) & covered(two)))
    }
    sides = [Places([n for n, _ in side], [p for _, p in side]) for side in (gold, predicted)]
    found = touching(*sides)
    pairs = zip(found.gold.tolist(), found.predicted.tolist(), strict=True)
    assert dict(zip(pairs, found.common.tolist(), strict=True)) == expected
    assert len(found.gold) == len(expected)
    for _, one in gold:
        apart = merged(one)
        assert covered(apart) == covered(one)
        assert sum(end - start for start, end in apart) == len(covered(one))


def test_a_span_over_everything_does_not_make_pairs_of_the_others():
    many = at(*((i, i + 4) for i in range(0, 200_000, 5)))
    giant = at((0, 200_000))
    rows = of_events([*many, *giant], [*giant, *many])
    assert rows[PLAIN] == ALL


def read(path: Path, texts: dict[str, dict[str, tuple[int, int]]] | None = None) -> list[Document]:
    """The documents of a file in the format TBF, with tokens where there are some."""
    documents = []
    for part in path.read_text().split("#BeginOfDocument")[1:]:
        name, *lines = part.strip().splitlines()
        known = texts[name] if texts else {}
        rows = [line.split("\t") for line in lines if line[0] not in "@#"]
        links = [line.split("\t") for line in lines if line.startswith("@Coreference")]
        hopper = {one: link[1] for link in links for one in link[2].split(",")}
        events = [
            Event(
                type=row[5],
                trigger=span(*(place(one, known) for one in row[3].split(",;"[not known]))),
                realis=row[6].lower(),
                hopper=hopper.get(row[2]),
            )
            for row in rows
        ]
        meta = {"tokens": sorted(known.values())} if known else {}
        documents.append(Document(id=name, events=tuple(events), meta=meta))
    return documents


def place(string: str, known: dict[str, tuple[int, int]]) -> tuple[int, int]:
    if known:
        return known[string]
    start, end = string.split(",")
    return int(start), int(end)


def read_tokens(folder: Path) -> dict[str, dict[str, tuple[int, int]]]:
    found = {}
    for path in folder.glob("*.tab"):
        rows = [line.split("\t") for line in path.read_text().splitlines() if line.strip()]
        found[path.stem] = {row[0]: (int(row[2]), int(row[3]) + 1) for row in rows}
    return found


def demo(kind: str) -> Path:
    """EvmEval's demonstration, where the corpora are at hand."""
    corpora = os.environ.get("BENCH_CORPORA")
    if corpora is None:
        pytest.skip("BENCH_CORPORA is not set: EvmEval's demonstration is not at hand")
    folder = Path(corpora) / "evmeval" / "scoring_demo" / kind
    if not folder.is_dir():
        pytest.skip(f"EvmEval's demonstration is not in {folder}")
    return folder


def test_the_demonstration_in_characters_is_perfect():
    folder = demo("char_based")
    rows = shown(read(folder / "gold.tbf"), read(folder / "system_A.tbf"))
    assert all(rows[name] == rows[f"{name} (macro)"] == ALL for name in ATTRIBUTES)
    assert rows["type personnelstartposition"] == ("1.00",) * 3
    assert rows[AVERAGE] == ("-", "-", "100.00")


# What EvmEval's scorer_v1.8.py printed for the systems of its demonstration in tokens.
IN_TOKENS = {
    "A": dict.fromkeys(ATTRIBUTES, (ALL, ALL)),
    "B": dict.fromkeys(ATTRIBUTES, (("100.00", "33.33", "50.00"), ("50.00",) * 3)),
    "C": {
        PLAIN: (("88.89",) * 3, ("91.67",) * 3),
        TYPED: (("66.67",) * 3, ("75.00",) * 3),
        REAL: (("55.56",) * 3, ("66.67",) * 3),
        BOTH: (("33.33",) * 3, ("50.00",) * 3),
    },
    "D": dict.fromkeys(ATTRIBUTES, (("nan", "0.00", "nan"), ("0.00", "0.00", "nan"))),
}


@pytest.mark.parametrize("system", IN_TOKENS)
def test_the_demonstration_in_tokens(system):
    folder = demo("token_based")
    texts = read_tokens(folder / "tkn")
    gold, predicted = (
        read(folder / name, texts) for name in ("gold.tbf", f"sample_system_{system}.tbf")
    )
    rows = shown(gold, predicted)
    assert {name: (rows[name], rows[f"{name} (macro)"]) for name in ATTRIBUTES} == IN_TOKENS[system]
    right = ("0.00" if system == "D" else "1.00",) * 3
    assert rows["type movementtransportperson"] == right
