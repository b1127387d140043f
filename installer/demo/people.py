"""Who works in the demonstration: invented people of a county that does not exist (云岭县).

Data only; halls and departments are the sample catalogue's. Whoever loads the sample turns it
into policy events; whoever makes the authority turns it into cards. Role and power codes are
those of sync.domain.authority.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files

CENTRE = "centre-339901"
CENTRE_NAME = "云岭县政务服务监察中心"
COUNTY_HALL, TOWNSHIP_HALL = "339901", "339911"
_OFFICES = json.loads(
    (files("resources") / "catalogue" / "yunling-offices.json").read_text(encoding="utf-8")
)
HALLS: dict[str, str] = {hall["code"]: hall["name"] for hall in _OFFICES["halls"]}


@dataclass(frozen=True, slots=True)
class Department:
    """A body in a hall; those with `decides` hold a seal and have cases of their own."""

    code: str
    name: str
    hall: str
    calendar: str
    decides: bool = True


#: Those of the sample catalogue, and two that decide nothing: the hall's own office, which staffs
#: reception and the comprehensive window, and the supervising one.
DEPARTMENTS = (
    *(Department(**office) for office in _OFFICES["departments"]),
    Department("zwzx", "云岭县政务服务中心管理办公室", COUNTY_HALL, "cn", decides=False),
    Department("xnjc", "云岭县效能监察室", COUNTY_HALL, "cn", decides=False),
)

_COUNTY_CASES = tuple(
    f"{d.hall}/{d.code}" for d in DEPARTMENTS if d.decides and d.hall == COUNTY_HALL
)
_ALL_CASES = tuple(f"{d.hall}/{d.code}" for d in DEPARTMENTS if d.decides)
_COUNTY_SCOPE = f"hall/{COUNTY_HALL}"
# A grant over a hall reaches every desk in it; the market bureau's own people get their desk only.
_MARKET = f"{COUNTY_HALL}/scjg"


@dataclass(frozen=True, slots=True)
class Worker:
    """One person of the roster with the card's file stem and the grant to be signed for him."""

    card: str
    person: str
    name: str
    department: str
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    powers: tuple[str, ...] = ()
    phone: str = ""


def _of(department: str, card: str, number: int, name: str, *roles: str) -> Worker:
    """Return somebody of a county department who works on its own cases."""
    powers = POWERS if "chief_representative" in roles else ()
    scope = (f"{COUNTY_HALL}/{department}",)
    return Worker(f"{department}-{card}", f"p{number:04d}", name, department, roles, scope, powers)


POWERS = ("decide_at_once", "accept", "supervise", "coordinate", "manage")

#: Those whom the two one-dragon bundles (一条龙) need: leads 城管 and 住建, and their helpers.
JOINT = (
    _of("cgj", "handler", 131, "孟晚秋", "handler"),
    _of("cgj", "surveyor", 132, "纪云帆", "handler"),
    _of("cgj", "reviewer", 133, "卢景行", "reviewer"),
    _of("cgj", "chief", 134, "程若谷", "chief_representative"),
    _of("zjj", "handler", 135, "贺兰亭", "handler", "helper_handler"),
    _of("zjj", "reviewer", 136, "钟秀山", "reviewer"),
    _of("zjj", "branch", 137, "邵清和", "branch_leader"),
    _of("zjj", "chief", 138, "易明远", "chief_representative"),
    _of("zrj", "handler", 139, "罗思源", "handler", "helper_handler"),
    _of("zrj", "reviewer", 140, "万里晴", "reviewer"),
    _of("zrj", "chief", 141, "姜行舟", "chief_representative"),
    _of("hbj", "handler", 142, "尹青禾", "handler"),
    _of("hbj", "reviewer", 143, "樊知微", "reviewer"),
    _of("hbj", "chief", 144, "龚怀瑾", "chief_representative"),
    _of("gaj", "helper", 145, "雷定波", "helper_handler"),
    _of("rfb", "helper", 146, "丁守拙", "helper_handler"),
)

PEOPLE = (
    Worker(
        "reception",
        "p0101",
        "苏晓棠",
        "zwzx",
        ("reception_clerk",),
        (_COUNTY_SCOPE, *_COUNTY_CASES),
    ),
    Worker(
        "clerk",
        "p0102",
        "林知夏",
        "zwzx",
        ("window_clerk", "comprehensive_clerk"),
        (_COUNTY_SCOPE, *_COUNTY_CASES),
    ),
    Worker("handler", "p0103", "周远舟", "scjg", ("handler",), (_MARKET,)),
    Worker("reviewer", "p0104", "沈慕白", "scjg", ("reviewer",), (_MARKET,)),
    Worker(
        "chief",
        "p0105",
        "秦望舒",
        "scjg",
        ("chief_representative",),
        (_MARKET,),
        ("decide_at_once", "accept", "supervise", "coordinate", "manage"),
    ),
    Worker(
        "supervisor",
        "p0106",
        "顾清源",
        "xnjc",
        ("supervisor",),
        ("policy", *(f"hall/{hall}" for hall in HALLS), *_ALL_CASES),
    ),
    # 收费窗口: takes every department's fees in the county hall (集中收费).
    Worker(
        "cashier",
        "p0115",
        "贺小满",
        "zwzx",
        ("cashier",),
        (_COUNTY_SCOPE, *_COUNTY_CASES),
    ),
    # 分管领导: told when a case on the fast track is accepted; he works no window in the story.
    Worker(
        "leader",
        "p0114",
        "陈守正",
        "scjg",
        ("branch_leader",),
        (_MARKET,),
        phone="13900000114",
    ),
    # 部门负责人: approves what the law leaves to the head, an extension above all (Art. 42).
    Worker(
        "head",
        "p0116",
        "唐静言",
        "scjg",
        ("department_leader",),
        (_MARKET,),
    ),
    # 档案员 of the hall's office, who also keeps the blank certificates (证照管理员).
    Worker(
        "archivist",
        "p0117",
        "冯守拙",
        "zwzx",
        ("archive_keeper", "certificate_manager"),
        (_COUNTY_SCOPE, *_COUNTY_CASES),
    ),
    # One person does everything in a township hall: 即办 items, from registration to delivery.
    Worker(
        "township",
        "p0121",
        "白若川",
        "sqb",
        ("window_clerk", "reception_clerk", "chief_representative"),
        (f"hall/{TOWNSHIP_HALL}", f"{TOWNSHIP_HALL}/sqb", f"{TOWNSHIP_HALL}/sqz"),
        ("decide_at_once", "accept", "supervise", "coordinate", "manage"),
    ),
    *JOINT,
    # Those who look from above (RO15): the county's head and the hall's manager; they work no case.
    Worker(
        "governor",
        "p0118",
        "顾望川",
        "xnjc",
        ("government_head",),
        (*(f"hall/{hall}" for hall in HALLS), *_ALL_CASES),
    ),
    Worker(
        "manager",
        "p0119",
        "梁景和",
        "zwzx",
        ("hall_manager",),
        (_COUNTY_SCOPE, *_COUNTY_CASES),
    ),
    Worker("admin1", "p0107", "许砚秋", "zwzx", ("system_administrator",), ("policy",)),
    Worker("admin2", "p0108", "方既明", "zwzx", ("business_administrator",), ("policy",)),
    Worker("admin3", "p0109", "陆嘉言", "xnjc", ("system_administrator",), ("policy",)),
    # In the roster and in good standing, so that only the card is at fault.
    Worker("rsa", "p0111", "欧阳·阿依古丽", "scjg", ("handler",), (_MARKET,)),
    Worker("blocked", "p0110", "叶南星", "zwzx", ("window_clerk",), (_COUNTY_SCOPE,)),
    Worker("expired", "p0112", "江陵川", "zwzx", ("window_clerk",), (_COUNTY_SCOPE,)),
    Worker("revoked", "p0113", "温如言", "zwzx", ("window_clerk",), (_COUNTY_SCOPE,)),
)
ADMINISTRATORS = ("admin1", "admin2", "admin3")
SEAL_HOLDERS = {
    "scjg": "p0105",
    "sqb": "p0121",
    **{w.department: w.person for w in JOINT if "chief_representative" in w.roles},
}
