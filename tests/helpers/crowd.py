"""A store with very many cases, for measuring lists, search and memory: real cases, real lines.

The cases are made by the rules' own fold of two or three steps and written by the store's own
tables; the log behind them is left out, since lists and search never read it.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from client.store.folding import Folded, Refolded
from sync.domain.case import Case, State
from sync.domain.events import Step
from sync.domain.fields import ms_of
from sync.domain.ids import make_case_number
from sync.domain.workflow import advance
from tests.helpers.pki import NOW
from tests.helpers.store_world import registration
from tests.helpers.world import DEV, HALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from client.store.store import SqlCipherStore
    from sync.domain.rules import Rules

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余"
    "杜叶程苏魏吕丁任沈姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹"
)
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉建华国庆志海云龙玉梅凤宇浩然"
    "子涵欣怡梓轩俊博雨泽晨思琪佳慧雪婷鑫鹏飞斌波宁莉红春燕晓东成林峰"
)
FIRMS = ("云岭市{}{}商贸有限公司", "{}{}食品经营部", "云岭{}{}建筑工程有限公司", "{}{}便利店")
PERSON = "p0103"


def crowd(store: SqlCipherStore, count: int, seed: int = 7) -> None:
    """Fill a store that knows its policy with `count` cases, seven of ten of them open."""
    rules = store.policy_book().rules()
    chance = random.Random(seed)  # noqa: S311  (the same crowd each time, not a secret)
    patterns = list(_patterns(rules))
    kept = store._projections
    lines, folds, people = kept.lines, kept.folds, kept.people
    for start in range(0, count, 5000):
        with store._db.write():
            for serial in range(start, min(count, start + 5000)):
                case = _one_of(patterns, serial, chance)
                updated = ms_of(case.state_since)
                line = lines.put(case, updated, rules, pending=False)
                folds.keep(line, None, case, Refolded(Folded(case, 1, None, updated), None), rules)
                people.put(case, None)
            lines.settle()


def _patterns(rules: Rules) -> Iterator[Case]:
    for item in rules.catalogue.items.values():
        case = None
        body = registration(item=item.code) | {"item_version": item.version}
        for kind, content in (
            ("preregister", body),
            ("receive", {"materials": [], "channel": "counter", "paper": None}),
            ("accept", {"paper": None, "due": None, "statutory": None, "promised": None}),
        ):
            scope = item.scope if "/" in item.scope else f"{HALL}/{item.scope}"
            step = Step(
                id=kind,
                kind=kind,
                case="pattern",
                scope=scope,
                person=PERSON,
                device=DEV,
                at=NOW,
                body=content,
                signed_by_card=False,
            )
            case = advance(case, step, rules)
            yield case


def _one_of(patterns: list[Case], serial: int, chance: random.Random) -> Case:
    case = chance.choice(patterns)
    day = NOW - timedelta(days=serial % 251, minutes=serial % 480)
    name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
    if chance.random() < 0.3:
        name = chance.choice(FIRMS).format(*chance.choices(GIVEN, k=2))
    applicant = replace(
        case.applicant,
        name=name,
        id_no=f"110105{chance.randrange(10**12):012d}",
        phone=f"13{chance.randrange(10**9):09d}",
    )
    return replace(
        case,
        number=make_case_number(day.date(), HALL, serial % 99_999 + 1),
        applicant=applicant,
        registered_at=day,
        state_since=day,
        received_at=None if case.received_at is None else day,
        first_received_at=None if case.first_received_at is None else day,
        accepted_at=None if case.accepted_at is None else day,
        holder=PERSON if serial % 50 == 0 else case.holder,
        state=State.CLOSED if chance.random() < 0.3 else case.state,
    )
