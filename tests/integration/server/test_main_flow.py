import pytest

from sync.domain.ids import make_serial
from tests.helpers import case_steps as say
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import SCOPE, HandWindow


@pytest.fixture
def centre(tmp_path):
    with running_centre(tmp_path) as running:
        yield running


@pytest.fixture
def window(centre):
    opened = HandWindow(centre)
    yield opened
    opened.close()


def test_a_case_goes_from_the_door_to_the_archive_of_receipts(centre, window):
    window.log_in("reception")
    number = window.new_number()
    results = [window.step("preregister", say.preregister(), case=number)]
    window.log_in("clerk")
    window.borrow()
    certificates = next(b for b in window.lease.blocks if b.kind == "certificate")
    serial = make_serial("339901", 2026, certificates.first)
    results.append(window.step("receive", say.receive(), case=number))
    results.append(window.step("accept", say.accept(), case=number))
    window.log_in("handler")
    results.append(window.step("claim", {}, case=number))
    results.append(window.step("handle", say.handle(), case=number))
    window.log_in("reviewer")
    results.append(window.step("review", say.review(), case=number))
    window.log_in("chief")
    results.append(window.step("grant", say.grant(), case=number, card=True))
    window.log_in("clerk")
    results.append(window.step("make", say.make(serial), case=number))
    window.log_in("chief")
    results.append(window.step("seal.intent", say.seal_intent(serial), case=number, card=True))
    results.append(window.step("seal", say.seal(serial), case=number, card=True))
    window.log_in("clerk")
    results.append(window.step("issue", say.issue(serial), case=number))
    results.append(window.step("sign_for", say.sign_for(), case=number))
    results.append(window.step("close", {}, case=number))
    assert [(r.verdict, r.code) for r in results] == [("accepted", None)] * len(results)
    row = centre.read(lambda tx: tx.cases.get(number))
    assert (row.state, row.closed, row.scope) == ("closed", True, SCOPE)
