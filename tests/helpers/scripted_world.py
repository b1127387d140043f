"""The cases and messages with which a scripted desk begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from client.app.rows.cases import PaperRow, TimelineRow
from client.app.rows.messages import MessageRow
from client.app.rows.words import PageRow, Words
from sync.domain.lights import Light
from tests.helpers.scripted_cases import ITEMS, NOW, Scripted

_PEOPLE = {
    "preregister": ("苏晓棠", "reception_clerk", "导办台"),
    "receive": ("林知夏", "window_clerk", "3号窗口"),
    "accept": ("林知夏", "window_clerk", "3号窗口"),
    "claim": ("周远舟", "handler", "5号窗口"),
    "handle": ("周远舟", "handler", "5号窗口"),
    "review": ("沈慕白", "reviewer", "6号窗口"),
    "grant": ("秦望舒", "chief_representative", "首席代表室"),
    "make": ("林知夏", "window_clerk", "3号窗口"),
}
_ORDER = tuple(_PEOPLE)
_NOTES = {
    "handle": "申请材料齐全、真实,经营场所符合合理布局要求,拟同意。依据许可证管理办法。",
    "review": "同意承办意见。",
}
_PAPERS = {"preregister": "slip", "receive": "receipt", "accept": "acceptance", "grant": "grant"}


def first_cases() -> tuple[Scripted, ...]:
    """Twelve cases in all lights and most states."""
    left, over = "row.left_", "row.over_"
    day = timedelta(days=1)
    rows = (
        _case(
            17,
            "云岭县云上餐饮有限公司",
            1,
            "reviewing",
            5,
            Light.RED,
            Words(over + "hours", {"n": 2}),
            NOW - timedelta(hours=2),
            "周远舟",
            passed=True,
        ),
        _case(
            21,
            "王芳",
            0,
            "handling",
            4,
            Light.YELLOW,
            Words(left + "hours", {"n": 5}),
            NOW + timedelta(hours=6),
            "周远舟",
        ),
        _case(
            24,
            "欧阳·阿依古丽",
            1,
            "received",
            2,
            Light.WHITE,
            Words(left + "days", {"n": 4}),
            NOW + 4 * day,
            "",
        ),
        _case(
            26,
            "李秀英",
            3,
            "accepted",
            3,
            Light.WHITE,
            Words(left + "days", {"n": 5}),
            NOW + 5 * day,
            "",
            fast=True,
        ),
        _case(
            27,
            "云岭县城乡建设投资集团有限公司",
            4,
            "deciding",
            6,
            Light.YELLOW,
            Words(left + "hours", {"n": 3}),
            NOW + timedelta(hours=3),
            "周远舟",
            fast=True,
        ),
        _case(29, "张䶮", 0, "awaiting_correction", 2, Light.NONE, None, None, ""),
        _case(30, "赵国庆", 2, "registered", 1, Light.NONE, None, None, ""),
        _case(
            31,
            "云岭华星广告传媒有限公司",
            5,
            "handling",
            4,
            Light.PAUSED,
            Words("light.paused_until", {"day": "2026-12-01"}),
            NOW + 12 * day,
            "周远舟",
        ),
        _case(
            33,
            "陈建国",
            1,
            "granted",
            7,
            Light.WHITE,
            Words(left + "days", {"n": 9}),
            NOW + 9 * day,
            "",
        ),
        _case(
            34,
            "刘洋",
            0,
            "making",
            8,
            Light.WHITE,
            Words(left + "days", {"n": 8}),
            NOW + 8 * day,
            "",
        ),
        _case(
            35, "孙丽", 3, "received", 2, Light.RED, Words(over + "day", {"n": 1}), NOW - day, ""
        ),
        _case(12, "周敏", 2, "closed", 8, Light.NONE, None, None, ""),
    )
    return rows


def _case(  # noqa: PLR0917  (one line a case reads as a table)
    serial: int,
    who: str,
    item: int,
    state: str,
    steps: int,
    light: Light,
    words: Words | None,
    due: object,
    holder: str,
    *,
    passed: bool = False,
    fast: bool = False,
) -> Scripted:
    number = f"20261116-339901-{serial:05d}-{serial % 10}"
    detail = ITEMS[item]
    given = steps >= 2
    lacking = serial in {24, 29}
    materials = tuple(
        replace(
            m,
            pages=(_scan(number, m.code),)
            if given and m.required and not (lacking and place == 2)
            else (),
        )
        for place, m in enumerate(detail.materials)
    )
    timeline, papers = [], []
    for place, kind in enumerate(_ORDER[:steps]):
        person, role, counter = _PEOPLE[kind]
        at = NOW - timedelta(days=7 - place, minutes=17 * place)
        shown = light if place == steps - 1 else Light.WHITE
        timeline.append(
            TimelineRow(
                f"{number}-{place}",
                kind,
                person,
                role,
                counter,
                at,
                190 if place == 3 else 2,
                shown,
                kind == "grant",
                place == 4 and serial == 17,
                "accepted",
                None,
                _NOTES.get(kind, ""),
            )
        )
        if kind in _PAPERS:
            name = _PAPERS[kind]
            papers.append(
                PaperRow(name, f"云政2026-{serial + place:04d}", f"{number}/{name}/{place}", at)
            )
    return Scripted(
        number,
        who,
        detail,
        state,
        light,
        words,
        due,
        passed,
        holder,
        fast,
        False,
        materials,
        tuple(timeline),
        tuple(papers),
        ("fast_track",) if fast else (),
        NOW - timedelta(hours=serial),
        {"project": "云岭新城综合体" if fast else ""},
    )


def _scan(number: str, code: str) -> PageRow:
    return PageRow(f"{number}{code}", f"{code}.jpg", "image/jpeg", 81_000, 2, uploaded=True)


def first_messages() -> tuple[MessageRow, ...]:
    """Two urges, one of them new."""
    red, yellow = "20261116-339901-00017-7", "20261116-339901-00021-1"
    return (
        MessageRow(
            "urge-2",
            red,
            "urge",
            "red",
            NOW - timedelta(minutes=20),
            NOW + timedelta(days=1),
            Words("message.urge.red", {"case": red}),
            read=False,
            ways=("explain", "case"),
            state="owed",
        ),
        MessageRow(
            "urge-1",
            yellow,
            "urge",
            "yellow",
            NOW - timedelta(hours=3),
            None,
            Words("message.urge.yellow", {"case": yellow}),
            read=True,
        ),
    )
