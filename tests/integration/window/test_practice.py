"""The practice hall (PL27): a whole case without a centre, and no way from it to a real one."""

import asyncio
import hashlib
import io
import logging

import pypdfium2
import pytest
import structlog
from msgspec.structs import replace

from client.app.failures import AppFailure
from client.app.rows.ink import Ink
from client.app.rows.materials import Compared
from client.app.rows.session import LinePhase
from client.bootstrap import build_window
from client.documents.bundled import mark_practice
from client.host.pinned import load_pinned, save_pinned
from client.host.settings import load_settings
from client.practice import place as practice
from client.practice.hall import AUDIENCE
from sync.domain.secret import Secret
from sync.engine.faults import LineFailure
from sync.engine.verify import load_trust
from sync.proof.events import read_body, read_logged_event
from tests.helpers.centre import running_centre
from tests.helpers.hall import RECEIVER
from tests.helpers.hand_window import HandWindow, Refusal
from tests.helpers.practice import open_practice, stage_in

INK = (
    tuple((40 + n * 8, 90 + n % 5 * 12, n * 15, 128) for n in range(40)),
    ((400, 60, 900, 200), (404, 130, 1000, 90)),
)

pytestmark = [pytest.mark.slow, pytest.mark.asyncio]


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """A practice hall in which one case was walked to its close; what was seen on the way."""
    folder = tmp_path_factory.mktemp("practice") / "training"
    return folder, asyncio.run(_walk(folder))


async def _walk(folder):
    seen = {}
    async with open_practice(folder) as hall:
        steps = hall.desk.steps
        await hall.enter("clerk")
        case = await hall.register()
        receipt = (await hall.receive_all(case)).papers[0]
        seen["receipt"] = await steps.sign_paper(
            case, receipt.no, Ink(receipt.sha256, 600, 190, INK)
        )
        seen["not_the_slip"] = [
            await _refused(steps.sign_paper(case, no, Ink(sha256, 600, 190, INK)))
            for no, sha256 in ((receipt.no, "0" * 64), ("none", receipt.sha256))
        ]
        pages = [p for m in (await hall.desk.cases.open(case)).materials for p in m.pages]
        compared = tuple(Compared(page.sha256, 0, 1_772_500_000_000) for page in pages)
        await steps.accept(case, compared)
        await hall.pull()
        await hall.enter("handler")
        await steps.claim(case)
        await steps.handle(case, agree=True, text="符合条件")
        seen["handled"] = await hall.desk.cases.open(case)
        await hall.pull()
        await hall.enter("reviewer")
        await steps.send_back(case, "请补充核查照片")
        seen["sent_back"] = await hall.desk.cases.open(case)
        await hall.pull()
        await hall.enter("handler")
        await steps.handle(case, agree=True, text="已补充")
        await hall.pull()
        await hall.enter("reviewer")
        await steps.review(case, agree=True, text="同意")
        await hall.pull()
        await hall.enter("chief")
        await hall.sign("grant", case, text="准予许可")
        await hall.pull()
        await hall.enter("clerk")
        await steps.make(case)
        await hall.pull()
        await hall.enter("chief")
        await hall.sign("seal", case)
        seen["line"] = hall.desk.line.view
        await hall.pull()
        await hall.enter("clerk")
        await steps.issue(case, RECEIVER)
        slip = next(p for p in (await hall.desk.cases.open(case)).papers if p.kind == "delivery")
        wrong = Ink("0" * 64, 600, 190, INK)
        seen["other_paper"] = await _refused(steps.sign_for(case, RECEIVER, wrong))
        seen["nothing"] = await _refused(
            steps.sign_for(case, RECEIVER, Ink(slip.sha256, 600, 190, (INK[0][:3],)))
        )
        seen["told"] = await steps.sign_for(case, RECEIVER, Ink(slip.sha256, 600, 190, INK))
        await steps.close(case)
        detail = await hall.desk.cases.open(case)
        seen["flow"] = detail.flow
        seen["materials"] = detail.materials
        seen["state"], seen["case"] = detail.row.state, case
        seen["papers"] = {p.kind: await hall.desk.papers.read(p.sha256) for p in detail.papers}
        place = hall.desk.door.place()
        seen["outbox"] = await place.on_store(place.store.outbox, 1000)
        seen["trust"] = await place.on_store(load_trust, place.store, load_pinned(folder).genesis)
        await hall.pull()
        seen["waiting"] = [news.waiting for news in hall.news if hasattr(news, "waiting")]
    return seen


async def _refused(step):
    with pytest.raises(AppFailure) as refused:
        await step
    return refused.value.code


async def test_what_was_signed_on_the_screen_is_what_was_shown(walked):
    """SE15: shown paper, signed copy and strokes stand in one step, signed by the session."""
    _, seen = walked
    record = next(r for r in seen["outbox"] if read_logged_event(r).core.kind == "sign_for")
    proof = read_body(record.body.encode())["proof"]
    shown, signed = seen["papers"]["delivery"], seen["papers"]["delivery_signed"]
    assert proof["manner"] == "handwritten"
    assert proof["shown"]["sha256"] == hashlib.sha256(shown).hexdigest()
    assert proof["signed"]["sha256"] == hashlib.sha256(signed).hexdigest()
    assert signed[: proof["shown"]["size"]] == shown
    assert proof["ink"]["strokes"] == [[v for point in stroke for v in point] for stroke in INK]
    assert [paper.kind for paper in seen["told"].papers] == ["delivery_signed"]


async def test_a_receipt_signed_on_the_screen_is_its_proof_of_service(walked):
    """SE15: the receipt's own bytes, the ink after them; when it was given out stays as it was."""
    _, seen = walked
    record = next(r for r in seen["outbox"] if read_logged_event(r).core.kind == "serve")
    body = read_body(record.body.encode())
    shown, signed = seen["papers"]["receipt"], seen["papers"]["receipt_signed"]
    proof = body["proof"]
    assert proof["sha256"] == proof["signed"]["sha256"] == hashlib.sha256(signed).hexdigest()
    assert signed[: proof["shown"]["size"]] == shown
    assert proof["shown"]["kind"] == "receipt"
    assert proof["ink"]["strokes"] == [[v for point in stroke for v in point] for stroke in INK]
    assert (body["manner"], body["served_at"] <= proof["signed"]["at"]) == ("direct", True)
    assert [paper.kind for paper in seen["receipt"].papers] == ["receipt_signed"]
    assert seen["not_the_slip"] == ["app.other_paper_signed"] * 2


async def test_the_flow_names_who_is_next_and_who_did_what(walked):
    """ST05, ST06: each step with its person, or with those whose right it is."""
    _, seen = walked
    handled = {(row.step, row.level): row for row in seen["handled"].flow}
    assert handled["accept", 0].done_by == "练习窗口员"
    assert handled["review", 1].place == "now"
    assert seen["handled"].next_by == handled["review", 1].may == ("练习审核人",)
    assert handled["decide", 0].place == "ahead"
    assert handled["decide", 0].may == ("练习首席代表", "练习部门负责人")
    back = {(row.step, row.level): row for row in seen["sent_back"].flow}
    assert (back["handle", 0].place, back["review", 1].place) == ("now", "ahead")
    assert "练习承办人甲" in seen["sent_back"].next_by
    done = {row.step: row.done_by for row in seen["flow"] if row.place == "done"}
    assert done["review"] == "练习审核人"
    assert done["decide"] == "练习首席代表"
    assert not [row for row in seen["flow"] if row.place == "now"]


async def test_what_was_held_against_its_original_stands_with_the_material(walked):
    """IN09: how many pages, by whom, when."""
    _, seen = walked
    told = [material.compared for material in seen["materials"] if material.pages]
    assert told
    assert {(each.pages, each.person) for each in told} == {(1, "练习窗口员")}
    assert {each.at.timestamp() for each in told} == {1_772_500_000}


async def test_a_signature_under_another_paper_or_no_signature_is_not_taken(walked):
    _, seen = walked
    assert (seen["other_paper"], seen["nothing"]) == ("app.other_paper_signed", "app.ink_empty")


async def test_a_case_goes_its_whole_way_without_a_centre(walked):
    _, seen = walked
    assert seen["state"] == "closed"
    assert seen["line"].phase is LinePhase.PRACTICE
    assert set(seen["waiting"]) == {0}  # nothing is said to wait that never will be sent


async def test_every_paper_says_across_that_it_is_practice(walked):
    _, seen = walked
    assert {"slip", "receipt", "acceptance", "grant", "certificate", "delivery"} <= set(
        seen["papers"]
    )
    for kind, pdf in seen["papers"].items():
        with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
            text = document[0].get_textpage().get_text_range()
        assert "本件为练习所制" in text, kind


async def test_its_policy_is_a_chain_like_any_other(walked):
    """What the product's own verifier makes of it: two signers for each event, one device."""
    folder, seen = walked
    pinned = load_pinned(folder)
    device = seen["trust"].device(pinned.dev, pinned.inc)
    assert (pinned.aud, device.dev) == (AUDIENCE, pinned.dev)


async def test_every_event_names_the_practice_hall_and_no_centre(walked):
    _, seen = walked
    cores = [read_logged_event(record).core for record in seen["outbox"]]
    assert len(cores) > 12
    assert {core.aud for core in cores} == {AUDIENCE}


async def test_a_real_centre_takes_nothing_of_it(walked, tmp_path, own_log):
    """Neither from its own device, whom no centre knows, nor out of an enrolled window's hands."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    folder, seen = walked
    with running_centre(tmp_path) as centre:
        stranger = HandWindow(centre, load_pinned(folder).dev, enrol=False)
        with pytest.raises(Refusal) as refusal:
            stranger.log_in("clerk")
        assert (refusal.value.status, refusal.value.code) == (403, "wire.device_unknown")
        window = HandWindow(centre)
        window.log_in("clerk")
        before = _logged(centre)
        for record in seen["outbox"]:
            try:
                results = window.push(record).results
            except Refusal:
                continue
            assert all(result.verdict != "accepted" for result in results)
        assert _logged(centre) == before
        stranger.close()
        window.close()


def _logged(centre):
    with centre.sql() as database:
        return database.execute("SELECT count(*) FROM log WHERE scope <> 'policy'").fetchone()


async def test_whatever_it_is_started_with_it_opens_no_line(walked):
    """An address on the command line or in the settings changes nothing."""
    folder, _ = walked
    settings = replace(load_settings(folder), centre="https://127.0.0.1:9", centre_ca="")
    window = build_window(folder, settings, _fail)
    try:
        with pytest.raises(LineFailure) as failure:
            await window.transport.open()
        assert failure.value.code == "line.tls"
        assert window.practice
        with pytest.raises(AppFailure) as refused:
            await window.desk.line.console_address()
        assert refused.value.code == "app.practice_no_line"
    finally:
        await window.close()
        mark_practice(on=False)


async def test_it_is_made_anew_by_one_act_and_opens_again(tmp_path):
    folder = tmp_path / "training"
    async with open_practice(folder) as hall:
        await hall.enter("clerk")
        await hall.register()
        counts = await hall.desk.cases.counts()
        assert counts.all == 1
        await hall.pull()
    first = load_pinned(folder)
    async with open_practice(folder) as hall:  # a second start keeps what there is
        await hall.enter("clerk")
        assert (await hall.desk.cases.counts()).all == 1
        assert (await hall.register())[-7:-2] == "00002"
        await hall.pull()
    practice.clear(folder)
    async with open_practice(folder) as hall:
        await hall.enter("clerk")
        assert (await hall.desk.cases.counts()).all == 0
        await hall.pull()
    assert load_pinned(folder).genesis != first.genesis


async def test_a_real_windows_folder_is_never_emptied(tmp_path):
    stage = stage_in(tmp_path / "training")
    await asyncio.to_thread(stage.place.prepare)
    folder = tmp_path / "training"
    save_pinned(folder, replace(load_pinned(folder), practice=False))
    before = sorted(folder.rglob("*"))
    practice.clear(folder)
    assert sorted(folder.rglob("*")) == before


async def test_a_card_of_the_practice_hall_is_foreign_elsewhere(walked, tmp_path):
    """Its authority was made for one hall: another practice hall refuses the card at the door."""
    folder, _ = walked
    card = (folder / "practice" / "cards" / "clerk.json").read_bytes()
    async with open_practice(tmp_path / "training") as hall:
        (tmp_path / "training" / "practice" / "cards" / "clerk.json").write_bytes(card)
        hall.deck.insert("clerk")
        await hall.until(lambda: hall.desk.door.card.problem is not None, "refused")
        with pytest.raises(Exception, match="certificate"):
            await hall.desk.door.log_in(Secret("123456"))


def _fail(failure):
    raise failure
