"""A small county for the tests of the rules: real catalogue and calendar, invented people."""

import json
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from sync.domain.calendar import CHINA
from sync.domain.case import Case
from sync.domain.events import Late, Step
from sync.domain.fields import ms_of
from sync.domain.identity import resident_check
from sync.domain.ids import make_case_number, make_serial
from sync.domain.policy import PolicyBook
from sync.domain.rules import Rules
from sync.domain.workflow import Applied, AppliedWithFindings, Refused, judge

HASH = "A" * 43
ALL_POWERS = ["decide_at_once", "accept", "supervise", "coordinate", "manage"]


def at(text: str) -> datetime:
    """Read "2026-09-17 10:30" as a moment in China; a day alone is its 10:00."""
    if len(text) == 10:
        text = f"{text} 10:00"
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def ms(text: str) -> int:
    return ms_of(at(text))


def day(text: str) -> date:
    return date.fromisoformat(text)


def resource(path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("resources") / path).read_text(encoding="utf-8"))
    return found


ID_NO = "33990119900101123" + resident_check("33990119900101123")

# person -> (roles, powers)
PEOPLE: dict[str, tuple[list[str], list[str]]] = {
    "recept": (["reception_clerk"], []),
    "clerk": (["window_clerk"], []),
    "hand": (["handler"], []),
    "hand2": (["handler"], []),
    "rev": (["reviewer"], []),
    "rev2": (["reviewer", "branch_leader"], []),
    "chief": (["chief_representative"], ALL_POWERS),
    "head": (["department_leader"], []),
    "mayor": (["government_head"], []),
    "helper": (["helper_handler"], []),
    "upper": (["upper_office"], []),
    "cash": (["cashier"], []),
    "archive": (["archive_keeper"], []),
    "certs": (["certificate_manager"], []),
    "super": (["supervisor"], []),
    "all": (["handler", "reviewer", "department_leader", "window_clerk"], []),
    "sysadmin": (["system_administrator"], []),
}
START = at("2024-01-01 00:00")


def county(**switches: object) -> PolicyBook:
    """Return the policy book of the sample county with every person granted everywhere."""
    genesis = {
        "aud": "centre-339901",
        "name": "云岭县",
        "cas": [],
        "admins": [{"person": "admin1", "name": "甲", "certs": {}}],
        "keys": {"log": {"kty": "EC"}},
    }
    book = PolicyBook().with_event("genesis", genesis, START)
    book = book.with_event("calendar", resource("calendars/cn-2024-2026.json"), START)
    offices = resource("catalogue/yunling-offices.json")
    for hall in offices["halls"]:
        book = book.with_event("hall", hall, START)
    for department in offices["departments"]:
        book = book.with_event("department", department, START)
    book = book.with_event("catalogue", resource("catalogue/yunling.json"), START)
    for scheme in resource("schemes/light-schemes.json")["schemes"]:
        book = book.with_event("scheme", scheme, START)
    for person, (roles, powers) in PEOPLE.items():
        department = "zrj" if person == "helper" else "scjg"
        book = with_person(book, person, roles, powers, department=department)
    for name, value in switches.items():
        book = book.with_event("switch", {"name": name, "value": value}, START)
    return book


def with_person(
    book: PolicyBook,
    person: str,
    roles: list[str],
    powers: list[str],
    scopes: tuple[str, ...] = ("*",),
    department: str = "scjg",
    **more: Any,
) -> PolicyBook:
    if person not in book.roster:
        entry = {"person": person, "name": person, "department": department, "hall": "339901"}
        book = book.with_event("roster", entry, START)
    grant = {
        "id": f"g-{person}-{len(book.grants)}",
        "person": person,
        "roles": roles,
        "scopes": list(scopes),
        "powers": powers,
        "items": "*",
        "from": ms_of(START),
        **more,
    }
    return book.with_event("grant", grant, START)


_BOOK = county()


def rules(**switches: object) -> Rules:
    return county(**switches).rules() if switches else _BOOK.rules()


def paper(kind: str, no: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "no": no or f"{kind}-1", "sha256": HASH, "size": 1000}


def given(*codes: str) -> list[dict[str, Any]]:
    page = {"sha256": HASH, "size": 10, "type": "image/jpeg", "name": "p1", "pages": 1}
    return [{"code": code, "attachments": [page]} for code in codes]


def application(item: str, version: int = 1, **more: Any) -> dict[str, Any]:
    applicant = {
        "kind": "person",
        "id_kind": "resident_id",
        "id_no": ID_NO,
        "name": "张三",
        "phone": "13800000000",
    }
    return {
        "applicant": applicant,
        "agent": None,
        "item": item,
        "item_version": version,
        "catalogue": "yunling-2026.1",
        "calendar": "2024-2026.1",
        "project": None,
        "fast_track": False,
        **more,
    }


Judged = Applied | AppliedWithFindings | Refused


class Desk:
    """Drive one case: each call is one step, judged, and folded when it stands."""

    def __init__(self, item: str = "scjg-02", the_rules: Rules | None = None) -> None:
        self.rules = the_rules or rules()
        found = self.rules.catalogue.item(item)
        assert found is not None
        self.item = found
        self.scope = found.scope
        self.number = make_case_number(date(2026, 9, 1), found.hall, 1)
        self.case_or_none: Case | None = None
        self.steps: list[Step] = []
        self.serial = make_serial(found.hall, 2026, 1)

    @property
    def case(self) -> Case:
        assert self.case_or_none is not None
        return self.case_or_none

    def step(self, kind: str, person: str, when: str, body: dict[str, Any], **more: Any) -> Step:
        device = "centre:339901" if person == "centre" else "d-339901-01"
        values: dict[str, Any] = {
            "id": f"s{len(self.steps) + 1}",
            "kind": kind,
            "case": self.number,
            "scope": self.scope,
            "person": person,
            "device": device,
            "at": at(when),
            "body": body,
            "signed_by_card": person != "centre",
            **more,
        }
        return Step(**values)

    def try_(self, kind: str, person: str, when: str, /, **body: Any) -> Judged:
        """Judge a step without keeping it. A body member `_x` is a member of the step itself."""
        more = {name[1:]: body.pop(name) for name in list(body) if name.startswith("_")}
        return judge(self.case_or_none, self.step(kind, person, when, body, **more), self.rules)

    def do(self, kind: str, person: str, when: str, /, **body: Any) -> tuple[str, ...]:
        """Make a step that must stand; return the codes of its findings."""
        more = {name[1:]: body.pop(name) for name in list(body) if name.startswith("_")}
        step = self.step(kind, person, when, body, **more)
        judged = judge(self.case_or_none, step, self.rules)
        assert not isinstance(judged, Refused), (kind, judged.violations)
        self.case_or_none = judged.case
        self.steps.append(step)
        return codes(judged)

    def refused(self, kind: str, person: str, when: str, /, **body: Any) -> tuple[str, ...]:
        """Try a step that must be refused; return the codes."""
        judged = self.try_(kind, person, when, **body)
        assert isinstance(judged, Refused), (kind, codes(judged))
        return codes(judged)

    # -- usual steps --------------------------------------------------------------------------

    def preregister(self, when: str, person: str = "recept", **more: Any) -> tuple[str, ...]:
        body = application(self.item.code, self.item.version, **more)
        return self.do("preregister", person, when, **body)

    def receive(self, when: str, *codes_: str, **more: Any) -> tuple[str, ...]:
        wanted = codes_ or tuple(m.code for m in self.item.materials)
        return self.do(
            "receive", "clerk", when, materials=given(*wanted), paper=paper("receipt"), **more
        )

    def received(self, when: str, *codes_: str, **more: Any) -> "Desk":
        self.preregister(when, **more)
        self.receive(when, *codes_)
        return self

    def notice(self, when: str, *missing: str, person: str = "clerk") -> tuple[str, ...]:
        return self.do("notify_correction", person, when, **self.notice_body(when, *missing))

    def notice_body(self, when: str, *missing: str) -> dict[str, Any]:
        return {
            "missing": [{"material": m, "reason": "missing", "text": "x"} for m in missing],
            "complete": True,
            "paper": paper("correction_notice", f"cn-{len(self.steps)}"),
            "served_at": ms(when),
        }

    def correct(self, when: str, *codes_: str, complete: bool = True) -> tuple[str, ...]:
        return self.do(
            "correct",
            "clerk",
            when,
            materials=given(*codes_),
            complete=complete,
            paper=paper("receipt", f"r-{len(self.steps)}"),
        )

    def accept(self, when: str, person: str = "clerk", **more: Any) -> tuple[str, ...]:
        return self.do("accept", person, when, paper=paper("acceptance"), **more)

    def accepted(self, when: str, **more: Any) -> "Desk":
        self.received(when, **more)
        self.accept(when)
        return self

    def handled(self, when: str) -> "Desk":
        self.do("claim", "hand", when)
        if self.item.flow_step("survey"):
            self.survey(when)
        self.do("handle", "hand", when, opinion="agree", text="同意")
        return self

    def survey(self, when: str, *persons: str) -> tuple[str, ...]:
        record = {"sha256": HASH, "size": 1, "type": "application/pdf"}
        return self.do(
            "survey", "hand", when, persons=list(persons or ("hand", "hand2")), record=record
        )

    def reviewed(self, when: str) -> "Desk":
        reviewers = {1: "rev", 2: "rev2"}
        while self.case.state.value == "reviewing":
            level = self.case.review_level
            self.do("review", reviewers[level], when, level=level, opinion="agree", text="同意")
        return self

    def granted(self, when: str) -> "Desk":
        self.grant(when)
        return self

    def grant(self, when: str, person: str = "chief") -> tuple[str, ...]:
        return self.do("grant", person, when, text="准予", paper=paper("decision"))

    def deciding(self, when: str, **more: Any) -> "Desk":
        return self.accepted(when, **more).handled(when).reviewed(when)

    def make(self, when: str) -> tuple[str, ...]:
        made = {"id": "c0ffee", "template": "food-licence", "template_version": "1"}
        return self.do("make", "clerk", when, serial=self.serial, certificate=made)

    def seal(self, when: str) -> tuple[str, ...]:
        self.do("seal.intent", "chief", when, serial=self.serial, digest=HASH, seal="seal-1")
        return self.do(
            "seal",
            "chief",
            when,
            serial=self.serial,
            document={"sha256": HASH, "size": 1, "type": "application/pdf"},
            seal={"id": "seal-1", "counter": 1},
        )

    def issue(self, when: str) -> tuple[str, ...]:
        return self.do("issue", "clerk", when, serial=self.serial, receiver={"name": "张三"})

    def sign_for(self, when: str) -> tuple[str, ...]:
        return self.do(
            "sign_for", "clerk", when, receiver={"name": "张三"}, proof={"manner": "signature"}
        )

    def suspend(self, when: str, until: str, reason: str = "expert_review", **more: Any) -> None:
        self.do(
            "suspend",
            more.pop("person", "hand"),
            when,
            **self.suspend_body(when, until, reason, **more),
        )

    def suspend_body(
        self, when: str, until: str, reason: str = "expert_review", **more: Any
    ) -> dict[str, Any]:
        return {
            "reason": reason,
            "text": "专家评审",
            "planned_days": 3,
            "until": until,
            "paper": paper("suspension", f"sus-{len(self.steps)}"),
            "served_at": ms(when),
            **more,
        }

    def extend_body(self, days: int) -> dict[str, Any]:
        return {"days": days, "reason": "complex", "text": "情况复杂", "paper": paper("extension")}


def codes(judged: Judged) -> tuple[str, ...]:
    if isinstance(judged, Refused):
        return tuple(v.code for v in judged.violations)
    if isinstance(judged, AppliedWithFindings):
        return tuple(v.code for v in judged.findings)
    return ()


def late(happened: str, reason: str = "断网") -> Late:
    return Late(at(happened), reason)


def with_item(the_rules: Rules, code: str, **changes: Any) -> Rules:
    """Return the rules with one item of the catalogue changed."""
    catalogue = the_rules.catalogue
    item = replace(catalogue.items[code], **changes)
    return replace(the_rules, catalogue=replace(catalogue, items={**catalogue.items, code: item}))
