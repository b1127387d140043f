"""Who works in the demonstration: invented people of a county that does not exist (云岭县).

Data only. Whoever loads the sample turns it into policy events; whoever makes the authority
turns it into cards. Role and power codes are those of sync.domain.authority.
"""

from __future__ import annotations

from dataclasses import dataclass

CENTRE = "centre-339901"
CENTRE_NAME = "云岭县政务服务监察中心"
COUNTY_HALL = "339901"
TOWNSHIP_HALL = "339911"
HALLS = {COUNTY_HALL: "云岭县政务服务中心", TOWNSHIP_HALL: "石桥镇便民服务中心"}


@dataclass(frozen=True, slots=True)
class Department:
    """A body in a hall; those with `decides` hold a seal and have cases of their own."""

    code: str
    name: str
    hall: str
    decides: bool = True


DEPARTMENTS = (
    Department("scjg", "云岭县市场监督管理局", COUNTY_HALL),
    Department("wjj", "云岭县卫生健康局", COUNTY_HALL),
    Department("ycj", "云岭县烟草专卖局", COUNTY_HALL),
    Department("cgj", "云岭县城市管理局", COUNTY_HALL),
    Department("zjj", "云岭县住房和城乡建设局", COUNTY_HALL),
    Department("hbj", "生态环境局云岭分局", COUNTY_HALL),
    Department("fgj", "云岭县发展和改革局", COUNTY_HALL),
    Department("zrj", "云岭县自然资源和规划局", COUNTY_HALL),
    Department("sqz", "石桥镇人民政府", TOWNSHIP_HALL),
    Department("sqb", "石桥镇便民服务中心", TOWNSHIP_HALL),
    Department("zwzx", "云岭县政务服务中心管理办公室", COUNTY_HALL, decides=False),
    Department("xnjc", "云岭县效能监察室", COUNTY_HALL, decides=False),
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
        ("chief_representative", "branch_leader"),
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
    Worker("admin1", "p0107", "许砚秋", "zwzx", ("system_administrator",), ("policy",)),
    Worker("admin2", "p0108", "方既明", "zwzx", ("business_administrator",), ("policy",)),
    Worker("admin3", "p0109", "陆嘉言", "xnjc", ("system_administrator",), ("policy",)),
    # Cards for single tests: in the roster and in good standing, so that only the card is at fault.
    Worker(
        "blocked", "p0110", "叶南星", "zwzx", ("window_clerk",), (_COUNTY_SCOPE, *_COUNTY_CASES)
    ),
    Worker("rsa", "p0111", "欧阳·阿依古丽", "scjg", ("handler",), (_MARKET,)),
)
ADMINISTRATORS = ("admin1", "admin2", "admin3")
SEAL_HOLDERS = {"scjg": "p0105"}
