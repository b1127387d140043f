"""The catalogue: items (事项), their limits, materials and flow, and joint bundles (一条龙).

Values only; catalogue_reading reads and checks them. Source: rules.md §2, §3; LW03, LW19–LW28.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sync.domain.authority import Role


class CaseKind(StrEnum):
    """The four kinds of case."""

    IMMEDIATE = "immediate"  # 即办件
    PROMISED = "promised"  # 承诺件
    JOINT = "joint"  # 联办件
    FORWARDED = "forwarded"  # 上报件


class Unit(StrEnum):
    """In what a limit is counted."""

    WORKING = "wd"  # whole working days (工作日)
    NATURAL = "nd"  # natural days (自然日)
    HALF = "half"  # half working days, counted in office minutes when odd
    QUARTER = "quarter"  # quarter working days: half of a half
    MINUTE = "min"  # office minutes
    HALF_MINUTE = "half_min"
    AT_ONCE = "at_once"  # 即办


class Trigger(StrEnum):
    """What starts a limit."""

    RECEIPT = "receipt"  # first hand-over, or the full correction
    ACCEPTANCE = "acceptance"
    DECISION = "decision"
    NOTICE = "notice"
    STEP = "step"  # the step before


class ChildSort(StrEnum):
    """How a child case of a joint case ends."""

    OPINION = "opinion"
    LICENCE = "licence"


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the catalogue in both languages."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """Return the text in "zh_CN" or "en"."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time to be counted: amount of a unit from a trigger."""

    unit: Unit
    amount: int
    trigger: Trigger = Trigger.ACCEPTANCE


class Keep(StrEnum):
    """In which form a picture that is handed in is kept."""

    PAGE = "page"  # made to keep the rule; the original's hash stands beside it
    ORIGINAL = "original"  # as it came, for what no small page can show


@dataclass(frozen=True, slots=True)
class IntakeRule:
    """How pictures of materials are kept; the defaults are the general rule (IN20, rules.md §6).

    Bytes count 1,000 to the kilobyte; sides are pixels of the long and the short side.
    """

    keep: Keep = Keep.PAGE
    max_bytes: int = 90_000
    max_long: int = 1600
    max_short: int = 1200
    min_long: int = 640
    min_short: int = 480


@dataclass(frozen=True, slots=True)
class Material:
    """One material of an item.

    `minor` materials may follow later (容缺). `result_of` names the item whose result in the shared
    store satisfies it (PL15). A conditional one (`condition`) is asked only where that holds.
    `form` names the blank form that is handed out for it (CH06), "" for none. For `reuse_days` what
    an applicant gave may be taken again in another case of his (PL16); 0: never.
    `paper_only` ones, such as drawings, stay on paper (IN22). `intake` is a rule of its own where
    the item's does not do; `part` names the folder of the item's package that it lies in (IN18).
    """

    code: str
    name: Words
    required: bool = True
    minor: bool = False
    original: bool = False
    condition: Words | None = None
    exemption: Words | None = None
    result_of: str | None = None
    pages_most: int = 60
    paper_only: bool = False
    form: str = ""
    reuse_days: int = 0
    intake: IntakeRule | None = None
    part: Words | None = None


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One inner step of an item's flow: who may do it, at which review level, how long it takes.

    `name`: what the item's own field calls it, e.g. 开标 for a review (ST02), None for the general
    name. `not_before`: whole days that must have passed since the flow's step before it, e.g. of a
    notice that others must have time to read. `persons`: how many must be named as present.
    """

    step: str
    roles: tuple[Role, ...]
    level: int = 0
    limit: Limit | None = None
    name: Words | None = None
    not_before: Limit | None = None
    persons: int = 0


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """How far the decision limit may be extended, and who approves (Art. 42)."""

    most_wd: int
    approver: Role


@dataclass(frozen=True, slots=True)
class CertificateRule:
    """What is made after a grant; `years` null = valid without end."""

    template: str
    name: Words
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Tariff:
    """A lawful fee in integer fen with its published basis (Art. 58–59)."""

    amount_fen: int
    basis: str


@dataclass(frozen=True, slots=True)
class LawTerm:
    """A term or an excluded kind that only this item's law knows, with that law."""

    kind: str
    basis: str
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of an item's own application form, and how its sample answers it (CH06)."""

    name: Words
    sample: Words | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One version of one item. Limits: `statutory` null = the law sets none."""

    code: str
    version: int
    name: Words
    hall: str
    department: str
    kind: CaseKind
    category: str
    statutory: Limit | None
    promised: Limit
    fallback: Limit | None
    extension: ExtensionRule | None
    materials: tuple[Material, ...]
    flow: tuple[FlowStep, ...]
    certificate: CertificateRule | None
    fee: Tariff | None
    basis: tuple[str, ...]
    conditions: tuple[Words, ...] = ()
    warnings: tuple[Words, ...] = ()
    excluded: tuple[LawTerm, ...] = ()
    correction_term: LawTerm | None = None
    upper_limit: Limit | None = None
    hearing_required: bool = False
    acts: tuple[str, ...] = ()
    retired: bool = False
    intake: IntakeRule = field(default_factory=IntakeRule)
    form: tuple[FormField, ...] = ()

    @property
    def review_levels(self) -> int:
        """Return how many review levels the flow has."""
        return max((step.level for step in self.flow if step.step == "review"), default=0)

    def flow_step(self, step: str, level: int = 0) -> FlowStep | None:
        """Return the flow's step of a name (and level), or None."""
        return next((s for s in self.flow if s.step == step and s.level == level), None)

    def material(self, code: str) -> Material | None:
        """Return the material of a code, or None."""
        return next((m for m in self.materials if m.code == code), None)

    def intake_of(self, code: str) -> IntakeRule:
        """Return by which rule pictures of a material are kept; the item's where it has none."""
        material = self.material(code)
        return self.intake if material is None or material.intake is None else material.intake

    @property
    def scope(self) -> str:
        """Return the scope in which its cases live."""
        return f"{self.hall}/{self.department}"


@dataclass(frozen=True, slots=True)
class Helper:
    """One helper department of a bundle: what child case it gets, in which stage, for how long."""

    code: str
    department: str
    hall: str
    sort: ChildSort
    item: str | None
    name: Words
    limit: Limit
    stage: int = 1
    shared_only: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """A joint case's plan (一条龙): lead item, helpers by stage, limits of Art. 42(2)."""

    code: str
    version: int
    name: Words
    lead_item: str
    statutory: Limit
    promised: Limit
    extension: ExtensionRule
    helpers: tuple[Helper, ...]
    basis: tuple[str, ...]
    excluded: tuple[LawTerm, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every version of every item that a case may name, and the bundles."""

    version: str = ""
    items: Mapping[str, Item] = field(default_factory=dict)
    older: Mapping[str, Item] = field(default_factory=dict)
    bundles: Mapping[str, Bundle] = field(default_factory=dict)

    def item(self, code: str, version: int | None = None) -> Item | None:
        """Return an item as it is now, or as the version that a case was opened under."""
        item = self.items.get(code)
        if item is None:
            item = self._joint_item(code)
        if version is None or (item is not None and item.version == version):
            return item
        return self.older.get(f"{code}@{version}")

    def current(self) -> tuple[Item, ...]:
        """Return the items and bundles that can be applied for, in the catalogue's order."""
        joint = (self._joint_item(code) for code in self.bundles)
        every = (*self.items.values(), *(item for item in joint if item is not None))
        return tuple(item for item in every if not item.retired)

    def followed_by(self, newer: "Catalogue") -> "Catalogue":
        """Return the newer catalogue, keeping the item versions that open cases still name."""
        kept = {f"{i.code}@{i.version}": i for i in (*self.items.values(), *self.older.values())}
        joint = {code: self._joint_item(code) for code in self.bundles}
        kept.update({f"{c}@{i.version}": i for c, i in joint.items() if i is not None})
        return replace(newer, older={**kept, **newer.older})

    def _joint_item(self, code: str) -> Item | None:
        """Return the item that a bundle amounts to: the lead's, with joint limits and materials."""
        bundle = self.bundles.get(code)
        lead = self.items.get(bundle.lead_item) if bundle is not None else None
        if bundle is None or lead is None:
            return None
        # What a helper's own licence is, the applicant cannot bring: the joint case makes it.
        made = {h.item for h in bundle.helpers if h.sort is ChildSort.LICENCE and not h.shared_only}
        asked = tuple(m for m in lead.materials if m.result_of is None or m.result_of not in made)
        own = {material.code for material in asked}
        # Cross material is given once (PL16): a helper's material of the same code is not doubled.
        extra = {
            material.code: material
            for helper in bundle.helpers
            if helper.item is not None and not helper.shared_only and helper.item in self.items
            for material in self.items[helper.item].materials
            if material.code not in own
        }
        return replace(
            lead,
            code=bundle.code,
            version=bundle.version,
            name=bundle.name,
            kind=CaseKind.JOINT,
            statutory=bundle.statutory,
            promised=bundle.promised,
            fallback=None,
            extension=bundle.extension,
            basis=bundle.basis,
            excluded=bundle.excluded,
            materials=(*asked, *extra.values()),
        )
