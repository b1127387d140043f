"""The numbers of the Administrative Licensing Law (行政许可法): working days, rule ids of A12."""

RECEIPT_WD = 5  # LW08: notice or acceptance after the first hand-over
FORWARD_WD = 20  # LW21: lower office's examination
CERTIFICATE_WD = 10  # LW22: issue and serve
SERVICE_WD = 10  # LW22, applied to other decisions' papers
INSPECTORS_WD = 5  # LW29: two inspectors named
HEARING_ASK = 5  # LW25: the party asks; unit by switch
HEARING_HOLD_WD = 20  # LW25: the office holds it
HEARING_NOTICE_WD = 7  # LW26: time and place told before
RENEWAL_BEFORE = 30  # LW28: before expiry; unit by switch
PRECHECK_WD = 1  # rules.md §2: a voluntary pre-check is answered

EXCLUDED_KINDS = (
    "hearing",  # 听证
    "bidding",  # 招标
    "auction",  # 拍卖
    "inspection",  # 检验
    "testing",  # 检测
    "quarantine",  # 检疫
    "appraisal",  # 鉴定
    "expert_review",  # 专家评审
)
"""Kinds of Art. 45 whose time is not counted; others only where the item cites its law (LW23)."""

TERMINATION_GROUNDS = ("applicant_dead", "applicant_dissolved", "object_gone", "law_changed")
REFUSAL_REASONS = ("not_our_power", "correction_not_made")
"""The two lawful reasons for 不予受理 (LW06, LW09)."""
