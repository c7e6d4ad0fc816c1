"""The language of questions: what the OTRS family's users type, and any text at all."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klardesk.access.actor import Actor
from klardesk.search.queries import find
from klardesk.search.question import Both, Except, Node, Not, Term, leaves, parsed, signed
from klardesk.search.vocabulary import MOST, forms, learn, widened
from klardesk.tickets import actions
from tests.world import SYSTEM, World


def shape(node: Node | None) -> str:
    """The tree in brackets."""
    if node is None:
        return "-"
    if isinstance(node, Term):
        return node.pattern or " ".join(node.words)
    if isinstance(node, Not):
        return f"!{shape(node.part)}"
    if isinstance(node, Except):
        return f"({shape(node.found)} - {shape(node.without)})"
    return "(" + (" & " if isinstance(node, Both) else " | ").join(shape(part) for part in node.parts) + ")"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("eins zwei", "(eins & zwei)"), ("eins && zwei", "(eins & zwei)"), ("eins+zwei", "(eins & zwei)"),
        ("eins AND zwei", "(eins & zwei)"), ("eins || zwei", "(eins | zwei)"), ("eins OR zwei", "(eins | zwei)"),
        ("eins or zwei", "(eins & or & zwei)"), ("eins !zwei", "(eins & !zwei)"), ("eins NOT zwei", "(eins & !zwei)"),
        ("eins && !(zwei || drei)", "(eins & !(zwei | drei))"), ("eins zwei || drei", "((eins & zwei) | drei)"),
        ("(eins || zwei) drei", "((eins | zwei) & drei)"), ("!!eins", "eins"), ("! eins", "!eins"),
        ('"eins zwei" drei', "(eins zwei & drei)"), ('"eins zwei', "eins zwei"), ("a@b.de", "a b de"),
        ("(eins", "eins"), ("eins)", "eins"), (") eins (", "eins"), ("&& eins ||", "eins"), ("()", "-"), ("!", "-"), ("*", "-"),
        ("dr*ker", "dr*ker"), ("*ker", "*ker"), ("druck*", "druck"), ("a*b", "a b"), ("ein|zwei & drei", "(ein zwei & drei)"),
        ("C++", "c"), ("eins!", "eins"), ("NOT", "-"), ("eins NOT", "eins"), ("eins ! || zwei", "(eins | zwei)"),
    ],
)  # fmt: skip
def test_the_tree(text: str, tree: str) -> None:
    assert shape(parsed(text)) == tree


@pytest.mark.parametrize(
    ("text", "wanted", "tree"),
    [
        ("eins !zwei", True, "(eins - zwei)"), ("!eins", False, "eins"), ("!eins !zwei", False, "(eins | zwei)"),
        ("eins || !zwei", False, "(zwei - eins)"), ("!(eins zwei)", False, "(eins & zwei)"),
        ("!(eins || !zwei)", True, "(zwei - eins)"), ("eins || zwei", True, "(eins | zwei)"),
        ("!eins || !zwei", False, "(eins & zwei)"),
    ],
)  # fmt: skip
def test_what_is_refused_goes_outwards(text: str, wanted: bool, tree: str) -> None:
    node = parsed(text)
    assert node
    sign, plain = signed(node)
    assert (sign, shape(plain)) == (wanted, tree)


ATOMS = st.sampled_from(["eins", "zwei", "drei"])
TREES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map(lambda one: f"!({one})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) || ({two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) && ({two[1]})"),
    ),
    max_leaves=6,
)


def holds(node: Node, words: frozenset[str]) -> bool:
    """Whether a document of these words answers the question."""
    if isinstance(node, Term):
        return set(node.words) <= words
    if isinstance(node, Not):
        return not holds(node.part, words)
    if isinstance(node, Except):
        return holds(node.found, words) and not holds(node.without, words)
    found = [holds(part, words) for part in node.parts]
    return all(found) if isinstance(node, Both) else any(found)


@given(TREES, st.frozensets(ATOMS))
def test_signed_means_the_same(text: str, words: frozenset[str]) -> None:
    node = parsed(text)
    assert node
    wanted, plain = signed(node)
    assert holds(node, words) is (holds(plain, words) is wanted)


@given(st.text(max_size=400))
def test_any_text_is_understood(text: str) -> None:
    node = parsed(text)
    if node:
        assert all(term.words or term.pattern for term in leaves(node))
        signed(node)


PIECES = [*"abäß日ั0 1()!&|+*\"'-_:<>~^{}[]\\%.,@#/", "AND ", " OR", " NOT ", "eins ", "\x00"]
SIGNS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.one_of(SIGNS, st.text(max_size=80)))
def test_any_text_has_an_answer(world: World, text: str) -> None:
    find(text, world.actor("anna"))


def titles(question: str, actor: Actor) -> list[str]:
    return sorted(hit.row["title"] for hit in find(question, actor).hits)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("drucker", ["Netzwerkdrucker", "Papier-Drucker"]), ("drucker !netz*", ["Papier-Drucker"]),
        ("papierdrucker", ["Papier-Drucker"]), ("netz* || papier", ["Netzwerkdrucker", "Papier-Drucker"]),
        ("*werk", []), ("*drucker", ["Netzwerkdrucker", "Papier-Drucker"]), ("netz*drucker", ["Netzwerkdrucker"]),
        ("(netzwerk || papier) && !papier", ["Netzwerkdrucker"]), ("muller", ["Müllers Büro"]),
        ("mueller", ["Müllers Büro"]), ("buro", ["Müllers Büro"]), ("MÜLLER", ["Müllers Büro"]),
        ("!drucker", ["Müllers Büro"]), ("werkdruck", ["Netzwerkdrucker"]), ("llers", ["Müllers Büro"]),
        ('"muller"', []), ("!drucker !büro", []), ("buro || !papier", ["Müllers Büro", "Netzwerkdrucker"]),
    ],
)  # fmt: skip
def test_parts_spellings_and_signs(world: World, question: str, found: list[str]) -> None:
    for title in ("Netzwerkdrucker", "Papier-Drucker", "Müllers Büro"):
        world.ticket(title, article=world.article("x", "y"), customer=None, company=None)
    assert titles(question, world.actor("anna")) == found


def test_part_of_a_number(world: World) -> None:
    ticket = world.ticket("Eins")
    assert titles(ticket.number[3:9], world.actor("anna")) == ["Eins"]


def test_a_part_that_stands_for_too_many_words_says_so(world: World) -> None:
    learn(f"xy{chr(97 + n // 26)}{chr(97 + n % 26)}wanderung" for n in range(MOST + 1))
    assert find("wanderung", world.actor("anna")).too_many == ["wanderung"]
    assert find("anderes", world.actor("anna")).too_many == []
    client = Client()
    client.force_login(world.anna)
    for question in ("wanderung", "*wander* !wanderung"):
        page = client.get("/search/", {"q": question})
        assert page.status_code == 200
        assert "Very many words contain" in page.content.decode()


def test_a_word_is_learnt_once(world: World) -> None:
    for _twice in range(2):
        learn(["druckerei", "netzdrucker", "kurz", "abc", "x" * 41])
    node = parsed("drucker")
    assert node
    wide, too_many = widened(node)
    assert [term.others for term in leaves(wide)] == [("netzdrucker", "druckerei")]
    assert too_many == []
    assert forms("mueller") == "mueller muller"


def test_the_place_is_marked_as_it_is_written(world: World) -> None:
    world.ticket("Eins", article=world.article("x", "Der Netzwerkdrucker von Herrn Müller geht"))
    [hit] = find("drucker muller", world.actor("anna")).hits
    assert [piece for piece, found in hit.excerpt if found] == ["Netzwerkdrucker", "Müller"]
    assert "".join(piece for piece, _found in hit.excerpt) == "Der Netzwerkdrucker von Herrn Müller geht"


def test_every_word_with_a_part_is_marked(world: World) -> None:
    words = [f"netz{chr(97 + number)}{chr(97 + other)}x" for number in range(9) for other in range(9)]
    text = "Uralte Kiste " + " ".join([*words[:3], "hausnetz", *words[-3:]])
    world.ticket("Eins", article=world.article("x", text))
    for word in words[3:-3]:
        world.ticket(word)
    [hit] = [hit for hit in find("netz", world.actor("anna"), limit=200).hits if hit.row["title"] == "Eins"]
    assert [piece for piece, found in hit.excerpt if found] == [*words[:3], "hausnetz", *words[-3:]]
    [hit] = find('"kiste"', world.actor("anna")).hits
    assert [piece for piece, found in hit.excerpt if found] == ["Kiste"]


def test_a_refused_word_counts_within_an_article(world: World) -> None:
    ticket = world.ticket("Eins", article=world.article("x", "alpha"))
    actions.add_article(ticket, world.article("y", "beta"), by=SYSTEM)
    assert titles("alpha !beta", world.actor("anna")) == ["Eins"]
    assert titles("alpha beta", world.actor("anna")) == []
