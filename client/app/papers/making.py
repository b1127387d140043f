"""From a case to what its papers are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from client.app.papers.papermaking import Subject

if TYPE_CHECKING:
    from sync.domain.case import Case
    from sync.domain.rules import Rules


def subject_of(case: Case, rules: Rules) -> Subject:
    """Return the subject of a case's next paper.

    Raises:
        AppFailure: app.no_such_item when the policy known here lacks the case's item version.
    """
    item = rules.item_of(case.item, case.item_version)
    if item is None:
        raise AppFailure("app.no_such_item", item=case.item)
    return Subject(
        number=case.number,
        item=item,
        name=case.applicant.name,
        id_no=case.applicant.id_no,
        agent=case.agent.name if case.agent else "",
        agent_id_no=case.agent.id_no if case.agent else "",
        project=case.project.name if case.project else "",
        papers=len(case.papers),
    )
