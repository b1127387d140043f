"""From one item of the catalogue to all that may be told of it: limits, fee, law, chart, editions.

Pure, in memory, on the screen lane. The flow chart is drawn from the item's own steps and limits
(ST21: 运行流程图), so it cannot say another way than the one that the rules will take the case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.rows.guide import Branch, ChartStep, Edition, ItemGuide, MaterialNote
from client.app.rows.limits import limit_words
from client.app.rows.words import Words
from sync.domain.law import EXCLUDED_KINDS

if TYPE_CHECKING:
    from client.app.rows.items import ItemDetail
    from sync.domain.catalogue import Catalogue, FlowStep, Item, Material
    from sync.domain.policy import PolicyBook

_COUNTER = ("window_clerk", "comprehensive_clerk")
_FEN = 100


def guide_of(item: Item, detail: ItemDetail, book: PolicyBook, language: str) -> ItemGuide:
    """Return everything that is told of an item.

    Args:
        item: its version in force.
        detail: the same as the pickers show it.
        book: the policy, for names and older versions.
        language: of the catalogue's texts.
    """
    hall = book.halls.get(item.hall)
    law = item.correction_term
    return ItemGuide(
        detail=detail,
        hall=hall.name if hall else item.hall,
        category=item.category,
        version=item.version,
        catalogue=book.catalogue.version,
        extension=_extension(item),
        fee=_fee(item),
        fee_basis=item.fee.basis if item.fee else "",
        correction=law.basis if law else "",
        excluded=tuple((Words(f"excluded.{kind.kind}"), kind.basis) for kind in item.excluded),
        notes=tuple(_note(material, book.catalogue, language) for material in item.materials),
        certificate_years=item.certificate.years if item.certificate else None,
        hearing=item.hearing_required,
        chart=chart_of(item, language),
        editions=_editions(item, book.catalogue),
    )


def chart_of(item: Item, language: str) -> tuple[ChartStep, ...]:
    """Return an item's flow chart: from the application to the certificate, with every way out.

    What leaves the way at the side: a correction notice, a refusal to accept, what is not counted
    (LW23), a denial. An item decided at once has no way through the office.
    """
    first = ChartStep(
        "apply", who=("applicant",), branches=(Branch(Words("chart.asks"), Words("chart.told")),)
    )
    receive = ChartStep("receive", who=_COUNTER)
    steps = [_chart_step(step, item, language) for step in item.flow]
    if not any(step.step == "issue" for step in item.flow) and item.certificate is not None:
        steps.append(ChartStep("issue", who=_COUNTER))
    return (first, receive, *steps, ChartStep("end", who=_COUNTER))


def _chart_step(step: FlowStep, item: Item, language: str) -> ChartStep:
    kinds = {term.kind for term in item.excluded}
    return ChartStep(
        step=step.step,
        level=step.level,
        who=tuple(role.value for role in step.roles),
        limit=limit_words(step.limit) if step.limit else None,
        pause=step.step in kinds or step.step in EXCLUDED_KINDS,
        branches=_branches(step.step, item, kinds),
        name="" if step.name is None else step.name.of(language),
    )


def _branches(step: str, item: Item, kinds: set[str]) -> tuple[Branch, ...]:
    if step == "accept":
        return (
            Branch(Words("chart.incomplete"), Words("step.notify_correction"), back=True),
            Branch(Words("chart.not_ours"), Words("step.refuse")),
        )
    if step == "handle":
        named = {flow.step for flow in item.flow}
        # What the item's law does not count and no step of its own stands for.
        return tuple(
            Branch(Words("chart.where_needed"), Words(f"excluded.{kind}"), back=True)
            for kind in sorted(kinds - named)
            if kind != "lapse"
        )
    if step in {"decide", "decide_at_once"}:
        return (Branch(Words("chart.not_met"), Words("step.deny")),)
    return ()


def _extension(item: Item) -> Words | None:
    if item.extension is None:
        return None
    args = {
        "days": item.extension.most_wd,
        "approver": Words(f"role.{item.extension.approver.value}"),
    }
    return Words("guide.extension", args)


def _fee(item: Item) -> Words:
    """Say what it costs; by default nothing does (行政许可法 Art. 58)."""
    if item.fee is None:
        return Words("guide.free")
    yuan, fen = divmod(item.fee.amount_fen, _FEN)
    return Words("guide.fee", {"amount": f"{yuan}.{fen:02d}"})


def _note(material: Material, catalogue: Catalogue, language: str) -> MaterialNote:
    source = catalogue.item(material.result_of) if material.result_of else None
    return MaterialNote(
        code=material.code,
        original=material.original,
        paper_only=material.paper_only,
        pages_most=material.pages_most,
        form=material.form,
        shared=source.name.of(language) if source else "",
        condition=material.condition.of(language) if material.condition else "",
        exemption=material.exemption.of(language) if material.exemption else "",
    )


def _editions(item: Item, catalogue: Catalogue) -> tuple[Edition, ...]:
    """Return the version in force, then older ones that are known here, newest first."""
    older = [known for known in catalogue.older.values() if known.code == item.code]
    older.sort(key=lambda known: known.version, reverse=True)
    return tuple(
        Edition(
            version=known.version,
            in_force=known is item,
            promised=limit_words(known.promised),
            statutory=limit_words(known.statutory),
            materials=len(known.materials),
        )
        for known in (item, *(each for each in older if each.version != item.version))
    )
