"""The page by which a reader finds every picture: docs/pictures/README.md, by room and screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.helpers.gallery import bench, cases, deciding, entry, hall, office, practice, taking_in

if TYPE_CHECKING:
    from pathlib import Path

_ROOMS = (
    (entry, "开门、登记、恢复、锁屏、设置 · The door: enrolment, recovery, lock, settings"),
    (bench, "工作台和常用页 · The workbench, and the pages beside it"),
    (cases, "办件、文书、并联 · A case, its papers, several departments"),
    (taking_in, "登记、收件、补正、受理 · Registering, receiving, correcting, accepting"),
    (deciding, "承办、审核、决定、制证、送达 · Opinions, decisions, certificates, service"),
    (office, "授权、用印、收费、统计 · Authorisations, seals, money, figures"),
    (hall, "事项、申请人、排队、预约、网上申请 · Items, people, queue, appointments, filings"),
    (practice, "练习 · Practice"),
)
_LANGUAGES = (("zh_CN", "中文"), ("en", "English"))
_SCALES = (100, 150, 200)
_HEAD = """# 界面图册 · Pictures of every screen

每一屏，中英两种文字，1366 × 768 的屏幕上缩放 100 %、150 %、200 %（200 % 时只剩 683 × 384，
这是最小的屏幕）。图中的人、单位、号码都是虚构的。

Every screen in both languages on a screen of 1366 × 768 at 100, 150 and 200 % (which leaves
683 × 384: the smallest screen there is). People, offices and numbers are invented.

```sh
# 重画本页的全部图 · draws all of this page anew
python3 installer/tasks.py pictures every
# 手册用图，存入 pages/ · the handbook's pictures, into pages/
python3 installer/tasks.py pictures
# 想看什么画什么 · whatever one wants to see
python3 installer/tasks.py pictures DIR --mode dark --size largest --scale 150 --only 10 45
```

The last one draws what one wants to see: dark or light, three text sizes, any scale and screen
(`--screen 1920x1080`), by the beginnings of the screens' names, laid on sheets by `--sheets 2x3`.
[pages-dark.png](pages-dark.png) shows the pages dark, side by side.
"""


def write_index(folder: Path) -> Path:
    """Write README.md beside a folder of pictures in all looks; returns where it is.

    Args:
        folder: holds a folder for each look, named as `Look.name` says.
    """
    lines = [_HEAD]
    for room, title in _ROOMS:
        lines += [f"## {title}", "", "| | 屏 Screen | 中文 | English |", "|---|---|---|---|"]
        lines += [_row(folder, name) for name in room.SCREENS]
        lines.append("")
    place = folder.parent / "README.md"
    place.write_text("\n".join(lines), encoding="utf-8")
    return place


def _row(folder: Path, name: str) -> str:
    small = f'<img src="{_picture(folder, "zh_CN", 100, name)}" width="220" alt="{name}">'
    links = [
        " · ".join(f"[{scale} %]({_picture(folder, code, scale, name)})" for scale in _SCALES)
        for code, _words in _LANGUAGES
    ]
    return f"| {small} | `{name}` | {links[0]} | {links[1]} |"


def _picture(folder: Path, language: str, scale: int, name: str) -> str:
    return f"{folder.name}/{language}-light-normal-{scale}-1366x768/{name}.webp"
