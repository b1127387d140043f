"""What search finds is what a plain comparison finds: characters, pairs, rare ones, numbers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.app.ports.store import CaseQuery
from client.store.connection import Database
from client.store.folding import Kept
from client.store.lines import CaseLineTable
from client.store.migrations import migrate
from client.store.search import grams, item_words, normalise, words_of
from sync.domain.case import Agent, Applicant, Case, Project, State
from sync.domain.catalogue import CaseKind
from sync.domain.ids import make_case_number
from sync.domain.rules import Rules
from tests.helpers.pki import NOW
from tests.helpers.store_world import keys

NAMES = st.text("王芳李欧阳修𠮷𬱖䶮㐂·aB1Ａé -\u200d\ufe00", min_size=1, max_size=6)
ANY = st.text(min_size=1, max_size=4)
# The wire lets no U+0000 through, and the store takes a text that ends with it for damaged.
ANY_NAME = st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1, max_size=4)
WORDS = NAMES | ANY | st.text("0123456789-xX", min_size=1, max_size=8)


def case(serial, name="王芳", item="scjg-01", agent=None, project=None, id_no="11010519491231002X"):
    return Case(
        number=make_case_number(NOW.date(), "339901", serial),
        scope="339901/scjg",
        hall="339901",
        department="scjg",
        item=item,
        item_version=1,
        kind_of_case=CaseKind.PROMISED,
        state=State.RECEIVED,
        registered_at=NOW,
        state_since=NOW,
        applicant=Applicant(name=name, id_no=id_no, phone="13800138000"),
        agent=None if agent is None else Agent(agent),
        project=None if project is None else Project(project),
    )


def open_lines(folder, cases):
    db = Database(folder / "search.db", keys().db)
    migrate(db)
    lines = CaseLineTable(db)
    with db.write():
        for each in cases:
            lines.put(each, 0, Rules(), pending=False)
    return lines, db


def found(lines, text):
    return {line.number for line in lines.page(CaseQuery(text=text)).rows}


def truth(cases, text):
    """Compare plainly, by the rule that search.py states."""

    def has(each, word):
        kept, item = words_of(each), item_words(each.item, each.item)
        if len(word) > 2:
            return any(word in line for line in f"{kept.words}\n{item}".split("\n"))
        return any(word in line for line in f"{kept.names}\n{item}".split("\n")) or (
            word.isascii() and word.isdigit() and each.number.startswith(word)
        )

    words = normalise(text).split()
    return {each.number for each in cases if all(has(each, word) for word in words)}


@pytest.mark.slow
@settings(max_examples=60)
@given(names=st.lists(NAMES | ANY_NAME, min_size=1, max_size=6), typed=st.lists(WORDS, max_size=8))
def test_search_finds_what_plain_comparison_finds(tmp_path_factory, names, typed):
    cases = [case(serial, name) for serial, name in enumerate(names, 1)]
    lines, db = open_lines(tmp_path_factory.mktemp("search"), cases)
    parts = [
        name[start:end] for name in names for start in range(2) for end in (start + 1, start + 2)
    ]
    for text in [*typed, *names, *parts, " ".join(typed[:2])]:
        assert found(lines, text) == truth(cases, text), ascii(text)
    db.close()


@pytest.fixture
def three(tmp_path):
    cases = [
        case(1, "王芳"),
        case(2, "𠮷田·买买提", item="zjj-01", agent="欧阳修", id_no="91350100M000100Y43"),
        case(3, "ZHAO Lei", project="云岭大道改造"),
    ]
    lines, db = open_lines(tmp_path, cases)
    yield lines, [each.number for each in cases]
    db.close()


@pytest.mark.parametrize(
    ("typed", "hits"),
    [
        ("王", [0]),
        ("王芳", [0]),
        ("芳王", []),
        ("𠮷", [1]),
        ("𠮷田", [1]),
        ("田·", [1]),
        ("买买提", [1]),
        ("阳修", [1]),
        ("大道", [2]),
        ("云岭大道", [2]),
        ("wf", [0]),
        ("WF", [0]),
        ("ｗｆ", [0]),
        ("zh", [2]),
        ("zhao", [2]),
        ("lei zhao", [2]),
        ("zhao 王", []),
        ("zj", [1]),
        ("zjj-01", [1]),
        ("20", [0, 1, 2]),
        ("2026", [0, 1, 2]),
        ("00002", [1]),
        ("01", [0, 2, 1]),  # in the item's code
        ("100Y43", [1]),
        ("002x", [0, 2]),
        ("13800138000", [0, 1, 2]),
        ("", [0, 1, 2]),
        ('"', []),
        ('a" OR "b', []),
        ("%", []),
        ("王*", []),
        ("\0", [0, 1, 2]),
        ("\ud800王", [0]),
    ],
)
def test_what_a_clerk_types(three, typed, hits):
    lines, number = three
    assert found(lines, typed) == {number[place] for place in hits}


def listed(lines, typed, limit=100):
    """Return what is found in the order of the list, page by page."""
    page = lines.page(CaseQuery(text=typed, closed=None, limit=limit))
    shown = [line.number for line in page.rows]
    while page.after is not None:
        page = lines.page(CaseQuery(text=typed, closed=None, limit=limit, after=page.after))
        shown += [line.number for line in page.rows]
    return shown


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_a_case_s_short_number_comes_before_other_numbers_and_telephones(tmp_path, limit):
    """00138 is a case; 138… is everybody's telephone here, and newer cases come first else."""
    cases = [case(serial, "王芳") for serial in (138, 139, 2, 3, 4)]
    lines, db = open_lines(tmp_path, cases)
    number = {serial: case(serial).number for serial in (138, 139, 2, 3, 4)}
    assert all("138" in each.applicant.phone for each in cases)
    for typed in ("138", "00138", "１３８"):
        shown = listed(lines, typed, limit)
        assert shown[0] == number[138], typed
        assert len(shown) == len(set(shown))
    assert sorted(listed(lines, "138", limit)) == sorted(number.values())
    assert listed(lines, "00139") == [number[139]]
    assert lines.page(CaseQuery(text="王 138")).digits == "138"
    assert lines.page(CaseQuery(text="王芳 13")).digits == ""
    db.close()


def test_corrected_name_is_found_by_the_new_one_only(tmp_path):
    wrong = case(1, "王芳")
    lines, db = open_lines(tmp_path, [wrong, case(2, "王芬")])
    place, name = db.one("SELECT id, item_name FROM case_line WHERE number = ?", wrong.number)
    kept = Kept(place, wrong.item, name, "", 0, 0, 0, None, None, None, None)
    with db.write():
        lines.put(case(1, "汪芳菲"), 0, Rules(), pending=False, kept=kept, old=wrong)
    assert found(lines, "王") == {case(2).number}
    assert found(lines, "王芳") == set()
    for typed in ("汪", "汪芳", "汪芳菲", "芳菲", "wff"):
        assert found(lines, typed) == {case(1).number}, typed
    with db.write():
        lines.drop(place)
    assert found(lines, "汪芳菲") == found(lines, "汪") == set()
    assert found(lines, "scjg") == {case(2).number}
    db.close()


def test_grams_do_not_reach_over_fields_or_spaces():
    assert grams("ab c\nd") == {"a", "b", "c", "d", "ab"}


def test_of_very_many_the_first_are_shown_and_no_more_counted(tmp_path, monkeypatch):
    """The three ways to a page (gathered, listed, walked) show the same lines."""
    cases = [case(serial, "王芳" if serial % 3 else "李伟") for serial in range(1, 61)]
    lines, db = open_lines(tmp_path, cases)
    exact = lines.page(CaseQuery(text="王 芳", limit=25))
    assert (len(exact.rows), exact.total) == (25, 40)
    for listed in (60, 5):
        monkeypatch.setattr("client.store.lines.FOUND_MAX", 4)
        monkeypatch.setattr("client.store.lines.GATHERED_MAX", 4)
        monkeypatch.setattr("client.store.search.GATHERED_MAX", 4)
        monkeypatch.setattr("client.store.search.LISTED_MAX", listed)
        for text in ("王", "王芳", "wf", "13800138000", "20", "2026", "王 芳"):
            page = lines.page(CaseQuery(text=text, limit=25))
            rows = list(page.rows)
            while page.after is not None:
                page = lines.page(CaseQuery(text=text, limit=25, after=page.after))
                rows += page.rows
            assert {line.number for line in rows} == truth(cases, text), text
            assert [line.number for line in rows] == sorted(line.number for line in rows)
            assert len(rows) == len(truth(cases, text))
            assert page.total == 4
    db.close()
