"""Forms: members and kinds as proof.md names them, versions, crit, errors, agreement."""

from __future__ import annotations

import msgspec
import pytest

from sync.domain.failures import FailureKind
from sync.protocol import limits, messages, records
from sync.protocol.codec import read_json, write_json
from sync.protocol.errors import READER_CODES, WIRE_STATUS, ReaderError, WireError
from sync.protocol.records import Core, Outcome, read_form, write_form
from sync.protocol.version import CURRENT, OLDEST, agree

H = "A" * 43
EVENT = {
    "v": 1, "aud": "centre-339901", "id": "0193a8f0-0000-7000-8000-000000000001",
    "dev": "d-339901-03", "inc": 0, "seq": 1, "prev": H, "scope": "339901/scjg",
    "case": "20260303-339901-00001-5", "cprev": None, "kind": "claim", "body": H, "act": None,
    "anc": H, "dt": 5, "boot": "b", "at": 1772501400000, "late": None, "crit": [],
}  # fmt: skip


def code_of(changes: dict) -> str:
    with pytest.raises(ReaderError) as caught:
        read_form(EVENT | changes, Core)
    return caught.value.code


def test_form_read_and_written_again_is_the_same_text():
    text = write_json(EVENT)
    assert write_json(write_form(read_form(read_json(text), Core))) == text


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": "1"}, {"seq": True}, {"seq": -1}, {"seq": None}, {"prev": None}, {"prev": "A" * 42},
        {"prev": "A" * 42 + "B"}, {"prev": H + "\n"}, {"aud": ""}, {"aud": "a b"}, {"aud": "a\n"},
        {"id": "0193a8f0-0000-4000-8000-000000000001"}, {"id": EVENT["id"].upper()},
        {"scope": "../etc"}, {"scope": "a/b/c"}, {"kind": "Claim"}, {"kind": "a.b.c"},
        {"case": ""}, {"case": "x" * 33}, {"late": {}}, {"late": {"happened_at": 1}},
        {"boot": "x" * 65}, {"crit": "v"}, {"crit": None}, {"v": True},
    ],
    ids=str,
)  # fmt: skip
def test_a_member_of_the_wrong_kind_is_refused(changes):
    assert code_of(changes) == "reader.members"


@pytest.mark.parametrize("name", [name for name in EVENT if name != "v"])
def test_a_missing_member_is_refused(name):
    rest = {key: value for key, value in EVENT.items() if key != name}
    with pytest.raises(ReaderError, match=r"reader\.members"):
        read_form(rest, Core)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_version_has_its_own_code(version):
    assert code_of({"v": version}) == "reader.version"


def test_no_version_is_another_version():
    rest = {key: value for key, value in EVENT.items() if key != "v"}
    with pytest.raises(ReaderError, match=r"reader\.version"):
        read_form(rest, Core)


def test_unknown_members_are_ignored_unless_crit_names_them():
    later = EVENT | {"mood": "good"}
    assert read_form(later, Core) == read_form(EVENT, Core)
    assert code_of({"mood": "good", "crit": ["mood"]}) == "reader.crit"
    assert code_of({"crit": ["mood"]}) == "reader.crit"
    assert code_of({"crit": [1]}) == "reader.crit"
    assert read_form(EVENT | {"crit": ["late"]}, Core).crit == ["late"]


def test_a_private_key_is_no_public_one():
    jwk = {"kty": "EC", "crv": "P-256", "x": H, "y": H}
    assert msgspec.convert(jwk, records.Jwk)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(jwk | {"d": H}, records.Jwk)


def test_a_log_entry_gives_its_record():
    entry = records.LogEntry(1, "a.b.c", "{}", None, "{}")
    assert entry.record() == records.Record("a.b.c", "{}", None)


def test_blocks_stand_on_the_wire_as_from_and_to():
    block = records.Block("case", 17, 40)
    assert write_form(block) == {"kind": "case", "from": 17, "to": 40}
    assert write_form(messages.Consistency(1, 2, []))["from"] == 1


def test_every_form_has_its_own_typ_and_a_way_to_name_its_key():
    assert set(records.FORMS) == set(records.KEY_MEMBER)
    assert len(records.FORMS) == 11
    assert all(typ.endswith(("+jws", "+jwt")) for typ in records.FORMS)


def test_outcomes_know_three_verdicts():
    members = {
        "v": 1, "aud": "c", "scope": "policy", "n": 1, "eh": H, "er": H, "body": H, "person": "p",
        "verdict": "rejected", "code": None, "recv": 1, "lo": 1, "hi": 1, "counted": 1, "due": None,
        "pol": 1,
    }  # fmt: skip
    with pytest.raises(ReaderError, match=r"reader\.members"):
        read_form(members, Outcome)
    assert read_form(members | {"verdict": "accepted"}, Outcome).n == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("wire.forbidden", FailureKind.REFUSED),
        ("wire.use_dpop_nonce", FailureKind.RETRIABLE),
        ("wire.broken", FailureKind.BROKEN),
    ],
)
def test_wire_errors_know_status_and_what_can_be_done(code, kind):
    error = WireError(code, limit=3)
    assert (error.status, error.kind, error.details) == (WIRE_STATUS[code], kind, {"limit": 3})


def test_a_code_outside_the_table_is_a_defect():
    with pytest.raises(KeyError):
        WireError("wire.whatever")


def test_codes_are_named_by_their_family():
    assert all(code.startswith("reader.") for code in READER_CODES)
    assert all(code.startswith("wire.") for code in WIRE_STATUS)
    assert set(WIRE_STATUS.values()) <= {
        400,
        401,
        403,
        404,
        408,
        409,
        413,
        415,
        422,
        426,
        429,
        500,
        503,
    }


def test_two_ends_agree_on_the_newest_wire_of_both():
    assert agree(OLDEST, CURRENT) == CURRENT
    assert agree("2020-01-01", "2099-01-01") == CURRENT
    with pytest.raises(WireError, match=r"wire\.version_too_old"):
        agree("2020-01-01", "2020-01-02")
    with pytest.raises(WireError, match=r"wire\.version_too_new"):
        agree("2099-01-01", "2099-01-02")


def test_a_push_of_too_many_events_is_malformed():
    record = records.Record("a", "b")
    many = messages.PushRequest(events=[record] * (limits.PUSH_EVENTS_MAX + 1))
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(many), type=messages.PushRequest)
