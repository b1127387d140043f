"""A plausible body and person for every step: for walks over the whole table."""

from datetime import datetime, timedelta
from typing import Any

from sync.domain.calendar import CHINA
from sync.domain.fields import ms_of
from tests.unit.domain.world import HASH, Desk, application, given, paper

FILE = {"sha256": HASH, "size": 1, "type": "application/pdf"}
PERSON = {"name": "张三"}
PERSONS = {
    "preregister": "recept",
    "claim": "hand",
    "handle": "hand",
    "survey": "hand",
    "ask_opinion": "hand",
    "give_opinion": "helper",
    "hear_party": "hand",
    "tell_hearing_right": "hand",
    "hold_hearing": "head",
    "suspend": "hand",
    "resume": "hand",
    "request_extension": "hand",
    "assign": "chief",
    "decide_at_once": "chief",
    "prolong_suspension": "chief",
    "forward": "chief",
    "grant": "chief",
    "deny": "chief",
    "terminate": "chief",
    "seal": "chief",
    "seal.intent": "chief",
    "seal.void": "chief",
    "correct_paper": "chief",
    "reply_order": "chief",
    "reassign": "chief",
    "cure": "chief",
    "revoke": "chief",
    "redo": "chief",
    "extend": "head",
    "upper_return": "upper",
    "upper_grant": "upper",
    "upper_deny": "upper",
    "charge": "cash",
    "pay": "cash",
    "refund": "cash",
    "spoil": "certs",
    "archive": "archive",
    "deem_accepted": "centre",
    "deem_renewed": "centre",
    "child_ended": "centre",
    "urge": "centre",
    "order": "super",
    "escalate": "centre",
    "finding": "super",
}


def person_for(kind: str, desk: Desk) -> str:
    """Return who makes a step in the sample county."""
    if kind == "review":
        return {1: "rev", 2: "rev2"}.get(desk.case.review_level, "rev")
    if kind == "send_back":
        return "rev" if desk.case.state == "reviewing" else "chief"
    return PERSONS.get(kind, "clerk")


def body_for(kind: str, desk: Desk, when: datetime) -> dict[str, Any]:
    """Return a body that the step's form accepts; the guards may still refuse it."""
    maker = _BODIES.get(kind)
    if maker is not None:
        return maker(desk, when)
    return {}


def _n(desk: Desk) -> str:
    return str(len(desk.steps))


def _reasoned(desk: Desk, when: datetime) -> dict[str, Any]:
    return {
        "reason": "complex",
        "text": "说明",
        "remedies": "可申请复议",
        "paper": paper("notice", f"p-{_n(desk)}"),
        "served_at": ms_of(when),
    }


def _applied(desk: Desk, when: datetime) -> dict[str, Any]:
    about = {"certificate": "339901-2026-000001-1", "expires": "2026-11-10"}
    return application(
        desk.item.code, desk.item.version, about=about, materials=_all(desk), ex_officio=False
    )


def _all(desk: Desk) -> list[dict[str, Any]]:
    return given(*(m.code for m in desk.item.materials))


def _lodged(desk: Desk, when: datetime) -> dict[str, Any]:
    return {"materials": _all(desk), "complete": True, "paper": paper("receipt", f"r-{_n(desk)}")}


def _day(when: datetime, days: int) -> str:
    return (when.astimezone(CHINA) + timedelta(days=days)).date().isoformat()


def _opening(desk: Desk, when: datetime) -> dict[str, Any]:
    return {"opinion": "agree", "text": "同意"}


_BODIES: dict[str, Any] = {
    **dict.fromkeys(
        ("ask_precheck", "preregister", "file", "change", "renew", "replace", "cancel"), _applied
    ),
    **dict.fromkeys(("revoke", "redo"), _applied),
    **dict.fromkeys(("receive", "fix_on_spot", "correct", "supply_pending"), _lodged),
    **dict.fromkeys(("lapse", "deny", "tell_not_required", "not_at_once"), _reasoned),
    "answer_precheck": lambda d, w: {"text": "可以"},
    "leave": lambda d, w: {},
    "notify_correction": lambda d, w: {
        "missing": [{"material": d.item.materials[0].code, "reason": "missing"}],
        "complete": True,
        "paper": paper("correction_notice", f"cn-{_n(d)}"),
        "served_at": ms_of(w),
    },
    "accept": lambda d, w: {"paper": paper("acceptance", f"a-{_n(d)}")},
    "accept_pending": lambda d, w: {
        "paper": paper("acceptance", f"a-{_n(d)}"),
        "promise": paper("promise", f"pr-{_n(d)}"),
        "pending": [{"material": m.code, "by": _day(w, 0)} for m in d.item.materials if m.minor],
    },
    "refuse": lambda d, w: {
        **_reasoned(d, w),
        "reason": "not_our_power",
        "right_office": "县林业局",
    },
    "assign": lambda d, w: {"to": "hand"},
    "decide_at_once": lambda d, w: {"paper": paper("decision", f"d-{_n(d)}")},
    "survey": lambda d, w: {"persons": ["hand", "hand2"], "record": FILE},
    "ask_opinion": lambda d, w: {"department": "zrj", "by_wd": 3, "text": "请提意见"},
    "give_opinion": lambda d, w: {
        "opinion": "agree",
        "text": "同意",
        "asked": d.case.opinions[-1].ref if d.case.opinions else "none",
    },
    "hear_party": lambda d, w: {"party": PERSON, "text": "陈述"},
    "tell_hearing_right": lambda d, w: {"to": ["申请人"], "paper": paper("hr", f"hr-{_n(d)}")},
    "request_hearing": lambda d, w: {"by": "申请人"},
    "hold_hearing": lambda d, w: {
        "chair": "mayor",
        "notice_served_at": ms_of(w - timedelta(days=25)),
        "record": FILE,
    },
    "suspend": lambda d, w: {
        **_reasoned(d, w),
        "reason": "expert_review",
        "planned_days": 3,
        "until": _day(w, 7),
    },
    "prolong_suspension": lambda d, w: {**_reasoned(d, w), "until": _day(w, 9)},
    "handle": _opening,
    "review": lambda d, w: {**_opening(d, w), "level": d.case.review_level},
    "send_back": lambda d, w: {"to": 0, "text": "补充"},
    "request_extension": lambda d, w: {**_reasoned(d, w), "days": 3},
    "extend": lambda d, w: {**_reasoned(d, w), "days": 3},
    "forward": lambda d, w: {"office": "市局", "text": "上报"},
    "upper_return": lambda d, w: {"text": "补正意见", "fault": "opinion"},
    "upper_grant": lambda d, w: {
        "decided_at": ms_of(w),
        "made_here": True,
        "paper": paper("upper", f"u-{_n(d)}"),
    },
    "upper_deny": lambda d, w: {**_reasoned(d, w), "decided_at": ms_of(w)},
    "grant": lambda d, w: {"paper": paper("decision", f"d-{_n(d)}")},
    "child_ended": lambda d, w: {
        "helper": "fire",
        "child": "20260901-339901-00002-0",
        "outcome": "opinion",
    },
    "charge": lambda d, w: {"amount_fen": 100, "paper": paper("fee", f"f-{_n(d)}")},
    "pay": lambda d, w: {
        "fee": d.case.fees[-1].ref if d.case.fees else "none",
        "manner": "cash",
        "receipt_no": f"rc-{_n(d)}",
    },
    "refund": lambda d, w: {"fee": d.case.fees[-1].ref if d.case.fees else "none", "text": "退"},
    "make": lambda d, w: {
        "serial": f"{d.serial}-{_n(d)}",
        "certificate": {"id": "c0ffee", "template": "t"},
    },
    **dict.fromkeys(("spoil",), lambda d, w: {"serial": _serial(d), "reason": "misprint"}),
    "seal.intent": lambda d, w: {"serial": _serial(d), "digest": HASH, "seal": "seal-1"},
    "seal.void": lambda d, w: {"serial": _serial(d)},
    "seal": lambda d, w: {
        "serial": _serial(d),
        "document": FILE,
        "seal": {"id": "seal-1", "counter": 1},
    },
    "issue": lambda d, w: {"serial": _serial(d), "receiver": PERSON},
    "sign_for": lambda d, w: {"receiver": PERSON, "proof": {"manner": "signature"}},
    "serve": lambda d, w: {
        "paper": d.case.papers[-1].no if d.case.papers else "none",
        "manner": "direct",
        "receiver": PERSON,
    },
    "withdraw": lambda d, w: {"paper": paper("withdrawal", f"w-{_n(d)}")},
    "terminate": lambda d, w: {
        "ground": "object_gone",
        "text": "灭失",
        "paper": paper("termination", f"t-{_n(d)}"),
    },
    "correct_paper": lambda d, w: {
        "old": d.case.papers[0].no if d.case.papers else "none",
        "text": "笔误",
        "paper": paper("correction", f"c-{_n(d)}"),
    },
    "amend": lambda d, w: {"changes": {"applicant.phone": "13900000000"}, "reason": "笔误"},
    "note_late": lambda d, w: {"what": "receive", "happened_at": ms_of(w), "reason": "断网"},
    "explain": lambda d, w: {"urge": _debt(d, "explain"), "text": "材料复杂"},
    "reply_order": lambda d, w: {"order": _debt(d, "reply"), "text": "已办"},
    "reassign": lambda d, w: {"to": "hand", "reason": "调整"},
    "take_over": lambda d, w: {"for": "hand"},
    "recuse": lambda d, w: {"person": "hand2", "reason": "近亲属"},
    "cure": lambda d, w: {"step": _debt(d, "cure"), "way": "confirm", "text": "确认"},
    "urge": lambda d, w: {"level": "red", "reply_by": ms_of(w + timedelta(days=1)), "to": []},
    "order": lambda d, w: {"level": "red", "reply_by": ms_of(w + timedelta(days=1))},
    "escalate": lambda d, w: {"ref": _debt(d, "explain"), "level": "hall"},
    "finding": lambda d, w: {"code": "cure_needed", "step": f"x{_n(d)}"},
}


def _serial(desk: Desk) -> str:
    return desk.case.certificate.serial if desk.case.certificate else desk.serial


def _debt(desk: Desk, kind: str) -> str:
    return next((debt.ref for debt in desk.case.debts if debt.kind == kind), "none")
