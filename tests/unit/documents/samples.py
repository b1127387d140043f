"""One of each paper with the words of a real day, for tests and for looking at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from client.documents.certificates import CertificateData
from client.documents.frame import ChainMark, Frame, Matter, Office, Party, PublicCheck
from client.documents.letters import LetterData
from client.documents.papers import (
    AcceptanceData,
    CorrectionData,
    DecisionData,
    Delivered,
    DeliveryData,
    Handed,
    Listed,
    Missing,
    PaperData,
    ReceiptData,
    Remedies,
    RevocationData,
    SlipData,
)

CHINA = timezone(timedelta(hours=8))
CASE = "20261123-339901-00017-6"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in China's time."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


OFFICE = Office(
    hall="云岭县政务服务中心",
    department="云岭县市场监督管理局",
    counter="3号窗口",
    clerk="张三",
    phone="0999-1234567",
    address="云岭县城关镇人民路1号",
)
TOWNSHIP = Office(
    hall="石桥镇便民服务中心",
    department="石桥镇便民服务中心",
    counter="1号窗口",
    clerk="李四",
    phone="0999-7654321",
    address="石桥镇中心街8号",
)
CHECK = PublicCheck(f"https://zw.yunling.example/q/{CASE}#7K3M9QW2RT", CASE, "7K3M9QW2RT")
FRAME = Frame(
    office=OFFICE,
    dated=date(2026, 11, 23),
    made_at=at(23, 10, 24),
    no=CASE + "-01",
    check=CHECK,
    mark=ChainMark(217, "MZXW6YTBOI2DKNRX"),
)
PERSON = Party("王䶮", "110105194912310023")
SHOP = Party("云岭县好味来餐饮店", "92339901MA7HWBXQ4R", "赵六", "110105194912310023")
FOOD = Matter(SHOP, "食品经营许可（新办）", CASE)
REMEDIES = Remedies("云岭县人民政府", "云岭县人民法院")
CERTIFICATE = replace(
    FRAME,
    no="JY23399010001234",
    check=PublicCheck("https://zw.yunling.example/v/3q2-7wAAEbCDxQ_lv8k1Rw"),
)
PUBLIC = replace(CERTIFICATE, office=TOWNSHIP, licensing=False, no="339911-2026-00042")


def letter(kind: str, **values: str) -> LetterData:
    """A plain letter with these values."""
    return LetterData(kind, FRAME, FOOD, lambda _words: values)


def papers() -> dict[str, PaperData]:
    """Return one of each, by name."""
    return {
        "slip": SlipData(
            FRAME,
            replace(FOOD, project="好味来中央厨房项目"),
            at(23, 9, 2),
            "3号窗口（市场监督管理局）",
            (
                Listed("食品经营许可申请书"),
                Listed("营业执照复印件"),
                Listed("与食品经营相适应的主要设备设施布局、操作流程文件"),
                Listed(
                    "食品安全自查、从业人员健康管理、进货查验记录等保证食品安全的规章制度",
                    owed=True,
                ),
                Listed("委托代理人办理的，授权委托书及代理人身份证明", required=False),
            ),
            fast_track=True,
        ),
        "receipt": ReceiptData(
            FRAME,
            FOOD,
            at(23, 9, 40),
            (
                Handed("食品经营许可申请书", 4, original=True),
                Handed("营业执照复印件", 1),
                Handed("与食品经营相适应的主要设备设施布局、操作流程文件", 3, electronic=True),
            ),
            ("食品安全管理制度", "食品安全管理人员证明"),
        ),
        "correction": CorrectionData(
            FRAME,
            FOOD,
            at(23, 9, 40),
            (
                Missing(
                    "食品安全管理制度",
                    "未提交",
                    "提交食品安全自查、从业人员健康管理、进货查验记录三项制度，加盖公章",
                ),
                Missing(
                    "食品安全管理人员证明", "已过有效期", "提交在有效期内的培训考核合格证明复印件"
                ),
                Missing(
                    "设备设施布局图",
                    "图中没有标明面积和更衣间",
                    "重新绘制，标明各功能间面积、更衣间位置和人流物流方向",
                ),
            ),
        ),
        "acceptance": AcceptanceData(
            FRAME,
            FOOD,
            at(23, 10, 24),
            at(30, 17, 0),
            "5 个工作日，至2026年11月30日",
            "10 个工作日，至2026年12月7日",
            (
                "2026年11月23日（星期一）受理，自次日起算。",
                "承诺时限 5 个工作日：11月24日、25日、26日、27日、30日；28日、29日为周末，不计入。",
                "最后一日办公时间截至 17:00。",
            ),
        ),
        "refusal": letter(
            "refusal",
            received_at="2026年11月23日 9:40",
            reason="你单位申请事项的经营场所位于石桥工业园区，不属于本机关的许可管辖范围。",
            basis="《食品经营许可和备案管理办法》第六条",
            right_office="石桥工业园区市场监督管理分局",
            reconsideration=REMEDIES.reconsideration,
            court=REMEDIES.court,
        ),
        "not_required": letter(
            "not_required",
            received_at="2026年11月23日 9:40",
            reason="你单位仅销售预包装食品，依法实行备案管理。",
            basis="《食品安全法》第三十五条第一款",
        ),
        "revocation": RevocationData(
            FRAME,
            FOOD,
            "受理通知书",
            "20261123-339901-00012-7-A2",
            at(23, 10, 24),
            "受理时申请材料尚不齐全，受理所依据的事实不成立。",
            REMEDIES,
        ),
        "suspension": letter(
            "suspension",
            procedure="专家评审",
            reason="中央厨房工艺复杂，需组织专家现场评审。",
            days="8 个工作日",
            starts="2026年11月25日",
            until="2026年12月4日",
        ),
        "extension": letter(
            "extension",
            reason="现场核查发现布局变更，需再次核实。",
            approver="局长 周明",
            days="5 个工作日",
            former_due="2026年11月30日（星期一）17:00前",
            due="2026年12月7日（星期一）17:00前",
        ),
        "grant": DecisionData(
            FRAME,
            FOOD,
            True,
            at(23, 10, 24),
            "许可项目：热食类食品制售、冷食类食品制售（仅凉菜）。\n经营场所：云岭县城关镇人民路18号一层。",
            "《食品安全法》第三十五条、《食品经营许可和备案管理办法》",
            "食品经营许可证",
        ),
        "denial": DecisionData(
            FRAME,
            FOOD,
            False,
            at(23, 10, 24),
            "现场核查时，经营场所与有毒、有害场所及其他污染源的距离不足二十五米，且逾期未能整改。",
            "《食品安全法》第三十三条第一款第一项",
            remedies=REMEDIES,
        ),
        "delivery": DeliveryData(
            FRAME,
            FOOD,
            (
                Delivered("食品经营许可证", "JY23399010001234"),
                Delivered("准予行政许可决定书", CASE + "-03"),
            ),
            "赵六",
            "110105194912310023",
            "委托代理人",
            "窗口领取",
            at(27, 15, 10),
        ),
        "service": letter(
            "service",
            document="补正告知书",
            document_no=CASE + "-02",
            manner="直接送达",
            place="云岭县政务服务中心3号窗口",
            servers="张三、李四",
        ),
        "licence": CertificateData(
            replace(CERTIFICATE, no="339901120260000123"),
            "licence",
            {
                "holder": "云岭县好味来餐饮店",
                "id_no": "92339901MA7HWBXQ4R",
                "legal_person": "王䶮",
                "item": "烟草专卖零售许可",
                "premises": "云岭县城关镇人民路18号一层",
                "content": "卷烟、雪茄烟零售",
                "valid_from": date(2026, 11, 23),
                "valid_until": date(2031, 11, 22),
            },
            "烟草专卖零售许可证",
        ),
        "food": CertificateData(
            CERTIFICATE,
            "food",
            {
                "holder": "云岭县好味来餐饮店",
                "id_no": "92339901MA7HWBXQ4R",
                "legal_person": "王䶮",
                "address": "云岭县城关镇人民路18号",
                "premises": "云岭县城关镇人民路18号一层",
                "business_form": "餐饮服务经营者（中央厨房）",
                "scope": "热食类食品制售、冷食类食品制售（仅凉菜）、自制饮品制售",
                "supervisor": "城关市场监督管理所",
                "complaints": "12315",
                "signed_by": "周明",
                "valid_until": date(2031, 11, 22),
            },
        ),
        "business": CertificateData(
            replace(CERTIFICATE, no="339901000012345"),
            "business",
            {
                "credit_code": "92339901MA7HWBXQ4R",
                "holder": "云岭县好味来餐饮店",
                "entity_type": "个体工商户",
                "operator": "王䶮",
                "scope": "许可项目：餐饮服务（依法须经批准的项目，经相关部门批准后方可"
                "开展经营活动，具体经营项目以审批结果为准）",
                "registered_on": "2026年11月23日",
                "premises": "云岭县城关镇人民路18号一层",
            },
        ),
        "birth": CertificateData(
            PUBLIC,
            "birth",
            {
                "holder": "阿依古丽·买买提",
                "id_no": "110105194912310023",
                "spouse": "王䶮",
                "spouse_id_no": "110105194912310023",
                "address": "石桥镇柳树村3组12号",
                "child_order": "第一孩",
                "expected_on": "2027年3月15日",
                "registered_on": "2026年11月23日",
            },
        ),
        "insurance": CertificateData(
            PUBLIC,
            "insurance",
            {
                "holder": "王䶮",
                "id_no": "110105194912310023",
                "address": "石桥镇柳树村3组12号",
                "scheme": "城乡居民基本养老保险",
                "tier": "每年 1000 元",
                "registered_on": "2026年11月23日",
                "pays_from": "2027年1月",
            },
        ),
    }
