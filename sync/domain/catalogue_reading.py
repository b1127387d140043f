"""Read a catalogue from plain data and check it whole: what is unlawful or cannot run is refused.

Failures: catalogue.malformed, .twice, .unknown, .promise_longer, .promise_unit, .levels, .fallback,
.head_and_tail_only, .steps_exceed_promise, .immediate, .wait_longer.
Warnings do not refuse: catalogue_warnings.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sync.domain.authority import Role
from sync.domain.catalogue import (
    Bundle,
    CaseKind,
    Catalogue,
    CertificateRule,
    ChildSort,
    ExtensionRule,
    FlowStep,
    FormField,
    Helper,
    IntakeRule,
    Item,
    Keep,
    LawTerm,
    Limit,
    Material,
    Tariff,
    Trigger,
    Unit,
    Words,
)
from sync.domain.fields import Fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HALVES_A_DAY = 2
# A page below the one shows nothing, above the others it is no page of a register any more.
_LEAST_PAGE_BYTES, _MOST_PAGE_BYTES, _LARGEST_SIDE = 10_000, 10_000_000, 10_000
INNER_STEPS = ("claim", "handle", "review", "decide")


def catalogue_from(body: Mapping[str, Any]) -> Catalogue:
    """Read a catalogue from its policy body (resources/catalogue has the form).

    Raises:
        DataFailure: see the module.
    """
    fields = Fields(body, "catalogue")
    items = items_of(fields)
    bundles = bundles_of(fields, items)
    both = sorted(items.keys() & bundles.keys())
    if both:
        raise fields.fail("twice", both[0])
    return Catalogue(version=fields.text("version"), items=items, bundles=bundles)


def items_of(fields: Fields) -> dict[str, Item]:
    """Read the items of a catalogue or of a change to one, by code."""
    return _by_code(fields, (_item(part) for part in fields.parts("items")))


def bundles_of(fields: Fields, items: Mapping[str, Item]) -> dict[str, Bundle]:
    """Read the bundles of a catalogue or of a change to one, by code; `items` they may name."""
    return _by_code(fields, (_bundle(part, items) for part in fields.parts("bundles")))


def _by_code(fields: Fields, entries: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in entries:
        if entry.code in found:
            raise fields.fail("twice", entry.code)
        found[entry.code] = entry
    return found


def _words(fields: Fields) -> Words:
    return Words(fields.text("zh"), fields.text("en"))


def _optional_words(fields: Fields, name: str) -> Words | None:
    return _words(fields.part(name)) if fields.has(name) else None


def _limit(fields: Fields, trigger: Trigger = Trigger.ACCEPTANCE) -> Limit:
    unit = fields.choice("unit", Unit)
    amount = 0 if unit is Unit.AT_ONCE else fields.integer("amount", least=1)
    return Limit(unit, amount, fields.choice("trigger", Trigger, trigger))


def _optional_limit(
    fields: Fields, name: str, trigger: Trigger = Trigger.ACCEPTANCE
) -> Limit | None:
    return _limit(fields.part(name), trigger) if fields.has(name) else None


def _material(fields: Fields) -> Material:
    return Material(
        code=fields.text("code"),
        name=_words(fields.part("name")),
        required=fields.boolean("required", default=True),
        minor=fields.boolean("minor", default=False),
        original=fields.boolean("original", default=False),
        condition=_optional_words(fields, "condition"),
        exemption=_optional_words(fields, "exemption"),
        result_of=fields.text("result_of") if fields.has("result_of") else None,
        pages_most=fields.integer("pages_most", 60, least=1),
        paper_only=fields.boolean("paper_only", default=False),
        form=fields.text("form") if fields.has("form") else "",
        reuse_days=fields.integer("reuse_days", 0),
        intake=_intake(fields.part("intake")) if fields.has("intake") else None,
        part=_optional_words(fields, "part"),
    )


def _intake(fields: Fields) -> IntakeRule:
    general = IntakeRule()
    rule = IntakeRule(
        keep=fields.choice("keep", Keep, general.keep),
        max_bytes=fields.integer("max_bytes", general.max_bytes, least=_LEAST_PAGE_BYTES),
        max_long=fields.integer("max_long", general.max_long, least=1),
        max_short=fields.integer("max_short", general.max_short, least=1),
        min_long=fields.integer("min_long", general.min_long, least=1),
        min_short=fields.integer("min_short", general.min_short, least=1),
    )
    if rule.min_long > rule.max_long or rule.min_short > rule.max_short:
        raise fields.fail("malformed", "min_long")
    if max(rule.max_long, rule.max_short) > _LARGEST_SIDE or rule.max_bytes > _MOST_PAGE_BYTES:
        raise fields.fail("malformed", "max_long")
    return rule


def _flow_step(fields: Fields) -> FlowStep:
    roles = fields.choices("roles", Role)
    if not roles:
        raise fields.fail("malformed", "roles")
    return FlowStep(
        step=fields.text("step"),
        roles=roles,
        level=fields.integer("level", 0),
        limit=_optional_limit(fields, "limit", Trigger.STEP),
        name=_optional_words(fields, "name"),
        not_before=_optional_limit(fields, "not_before", Trigger.STEP),
        persons=fields.integer("persons", 0),
    )


def _extension(fields: Fields) -> ExtensionRule:
    return ExtensionRule(fields.integer("most_wd", least=1), fields.choice("approver", Role))


def _law_term(fields: Fields) -> LawTerm:
    return LawTerm(
        kind=fields.text("kind"),
        basis=fields.text("basis"),
        limit=_optional_limit(fields, "limit", Trigger.NOTICE),
    )


def _certificate(fields: Fields) -> CertificateRule:
    years = fields.integer("years", least=1) if fields.has("years") else None
    return CertificateRule(fields.text("template"), _words(fields.part("name")), years)


def _form_field(fields: Fields) -> FormField:
    return FormField(_words(fields.part("name")), _optional_words(fields, "sample"))


def _item(fields: Fields) -> Item:
    kind = fields.choice("kind", CaseKind)
    item = Item(
        code=fields.text("code"),
        version=fields.integer("version", least=1),
        name=_words(fields.part("name")),
        hall=fields.text("hall"),
        department=fields.text("department"),
        kind=kind,
        category=fields.text("category"),
        statutory=_optional_limit(fields, "statutory"),
        promised=_limit(fields.part("promised")),
        fallback=_optional_limit(fields, "fallback"),
        extension=_extension(fields.part("extension")) if fields.has("extension") else None,
        materials=tuple(_material(part) for part in fields.parts("materials")),
        flow=tuple(_flow_step(part) for part in fields.parts("flow")),
        certificate=_certificate(fields.part("certificate")) if fields.has("certificate") else None,
        fee=_tariff(fields.part("fee")) if fields.has("fee") else None,
        basis=fields.texts("basis"),
        conditions=tuple(_words(part) for part in fields.parts("conditions")),
        warnings=tuple(_words(part) for part in fields.parts("warnings")),
        excluded=tuple(_law_term(part) for part in fields.parts("excluded")),
        correction_term=(
            _law_term(fields.part("correction_term")) if fields.has("correction_term") else None
        ),
        upper_limit=_optional_limit(fields, "upper_limit"),
        hearing_required=fields.boolean("hearing_required", default=False),
        acts=fields.texts("acts"),
        retired=fields.boolean("retired", default=False),
        intake=_intake(fields.part("intake")) if fields.has("intake") else IntakeRule(),
        form=tuple(_form_field(part) for part in fields.parts("form")),
    )
    _by_code(fields, item.materials)
    _check_flow(fields, item)
    _check_limits(fields, item)
    _check_waits(fields, item)
    return item


def _tariff(fields: Fields) -> Tariff:
    return Tariff(fields.integer("amount_fen", least=1), fields.text("basis"))


def _check_flow(fields: Fields, item: Item) -> None:
    """Refuse a flow that supervision could not follow (ST03) or whose levels have gaps."""
    named = {step.step for step in item.flow}
    if item.kind is CaseKind.IMMEDIATE and "decide_at_once" in named:
        if item.fallback is None:
            return
    elif item.kind is CaseKind.IMMEDIATE:
        raise fields.fail("immediate", "flow", item=item.code)
    if not {"accept", "handle", "decide"} <= named:
        raise fields.fail("head_and_tail_only", "flow", item=item.code)
    levels = sorted(step.level for step in item.flow if step.step == "review")
    if levels != list(range(1, len(levels) + 1)):
        raise fields.fail("levels", "flow", item=item.code)


def _check_limits(fields: Fields, item: Item) -> None:
    """Refuse a promise longer than the law, and steps that together exceed the promise."""
    if item.promised.unit is Unit.NATURAL:
        raise fields.fail("promise_unit", "promised", item=item.code)
    if (item.promised.unit is Unit.AT_ONCE) != (item.kind is CaseKind.IMMEDIATE):
        raise fields.fail("immediate", "promised", item=item.code)
    if item.fallback is not None and item.kind is not CaseKind.IMMEDIATE:
        raise fields.fail("fallback", "fallback", item=item.code)
    promise = item.fallback or item.promised
    law = item.statutory
    if law is not None and _half_days(law) is not None and law.trigger is promise.trigger:
        promised, lawful = _half_days(promise), _half_days(law)
        if promised is not None and lawful is not None and promised > lawful:
            raise fields.fail("promise_longer", "promised", item=item.code)
    total = sum((_length(step.limit) for step in item.flow if step.step in INNER_STEPS), Fraction())
    if total and promise.unit is not Unit.AT_ONCE and total > _length(promise):
        raise fields.fail("steps_exceed_promise", "flow", item=item.code)


def _check_waits(fields: Fields, item: Item) -> None:
    """Refuse a wait that is not of whole days, or longer than the step may take."""
    for step in item.flow:
        wait, limit = step.not_before, step.limit
        if wait is None:
            continue
        if wait.unit not in (Unit.WORKING, Unit.NATURAL):
            raise fields.fail("malformed", "not_before", item=item.code)
        if limit is not None and limit.unit is wait.unit and limit.amount < wait.amount:
            raise fields.fail("wait_longer", "flow", item=item.code)


def _half_days(limit: Limit) -> int | None:
    """Return a limit in half working days where it can be said without a calendar."""
    if limit.unit is Unit.WORKING:
        return limit.amount * _HALVES_A_DAY
    return {Unit.HALF: limit.amount, Unit.AT_ONCE: 0}.get(limit.unit)


def _length(limit: Limit | None) -> Fraction:
    """Return a limit in working days, a day of seven office hours; natural days count whole."""
    if limit is None:
        return Fraction()
    per_day = {Unit.HALF: _HALVES_A_DAY, Unit.MINUTE: 7 * 60}.get(limit.unit, 1)
    return Fraction(limit.amount, per_day)


def _helper(fields: Fields, items: Mapping[str, Item]) -> Helper:
    item = fields.text("item") if fields.has("item") else None
    sort = fields.choice("sort", ChildSort)
    if (item is not None and item not in items) or (sort is ChildSort.LICENCE and item is None):
        raise fields.fail("unknown", "item")
    return Helper(
        code=fields.text("code"),
        department=fields.text("department"),
        hall=fields.text("hall"),
        sort=sort,
        item=item,
        name=_words(fields.part("name")),
        limit=_limit(fields.part("limit")),
        stage=fields.integer("stage", 1, least=1),
        shared_only=fields.boolean("shared_only", default=False),
    )


def _bundle(fields: Fields, items: Mapping[str, Item]) -> Bundle:
    lead = fields.text("lead_item")
    if lead not in items:
        raise fields.fail("unknown", "lead_item")
    bundle = Bundle(
        code=fields.text("code"),
        version=fields.integer("version", least=1),
        name=_words(fields.part("name")),
        lead_item=lead,
        statutory=_limit(fields.part("statutory")),
        promised=_limit(fields.part("promised")),
        extension=_extension(fields.part("extension")),
        helpers=tuple(_helper(part, items) for part in fields.parts("helpers")),
        basis=fields.texts("basis"),
        excluded=tuple(_law_term(part) for part in fields.parts("excluded")),
    )
    _by_code(fields, bundle.helpers)
    if _length(bundle.promised) > _length(bundle.statutory):
        raise fields.fail("promise_longer", "promised", item=bundle.code)
    return bundle
