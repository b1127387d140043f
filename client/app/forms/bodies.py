"""Step bodies as docs/STEPS.md has them, made from what a screen's form holds. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.domain.fields import ms_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from client.app.rows.cases import Receiver
    from client.app.rows.materials import Compared, Given
    from client.app.rows.steps import AcceptancePreview, Missing, PreregisterForm
    from client.app.rows.words import PageRow
    from sync.domain.case import Case
    from sync.domain.catalogue import Item
    from sync.domain.rules import Rules


def preregistration_members(form: PreregisterForm, item: Item, rules: Rules) -> dict[str, Any]:
    """Return the body of `preregister`, naming the versions that it was made under."""
    agent = {"name": form.agent_name, "id_no": form.agent_id_no or None}
    project = {"name": form.project, "key": form.key_project}
    return {
        "applicant": {
            "kind": form.applicant_kind,
            "id_kind": form.id_kind,
            "id_no": form.id_no,
            "name": form.name,
            "phone": form.phone,
        },
        "agent": agent if form.agent_name else None,
        "item": item.code,
        "item_version": item.version,
        "catalogue": rules.catalogue.version,
        "calendar": rules.calendars.of_department(item.department, item.hall).version,
        "project": project if form.project else None,
        "fast_track": form.fast_track,
    }


def materials_members(given: tuple[Given, ...]) -> list[dict[str, Any]]:
    """Return the `materials` of `receive` and `correct`."""
    return [
        {
            "code": entry.material,
            "attachments": [attachment_members(page) for page in entry.pages],
            "original": entry.original,
            **({"shared": entry.shared} if entry.shared else {}),
        }
        for entry in given
        if entry.pages or entry.original or entry.shared
    ]


def attachment_members(page: PageRow) -> dict[str, Any]:
    """Return one attachment by its hash; the original's hash where normalising changed it."""
    return {
        "sha256": page.sha256,
        "size": page.size,
        "type": page.type,
        "name": page.name,
        "pages": page.pages,
        "original_sha256": page.original or None,
    }


def correction_members(missing: tuple[Missing, ...], served_at: datetime) -> dict[str, Any]:
    """Return the body of `notify_correction`: the whole list, once."""
    return {
        "missing": [
            {"material": entry.material, "reason": entry.reason, "text": entry.text or None}
            for entry in missing
        ],
        "complete": True,
        "served_at": ms_of(served_at),
    }


def acceptance_members(preview: AcceptancePreview) -> dict[str, Any]:
    """Return the body of `accept`: the promise; on the fast track, whether a leader is told.

    The centre sends the message when it has the event: the step says that somebody can be told.
    """
    members: dict[str, Any] = {
        "due": ms_of(preview.due_at),
        "statutory": ms_of(preview.statutory_at) if preview.statutory_at else None,
        "promised": ms_of(preview.promised_at) if preview.promised_at else None,
    }
    if preview.fast_track:
        members["fast_track"] = True
        members["leader_told"] = any(notice.phone for notice in preview.notices)
    return members


def compared_members(compared: Sequence[Compared]) -> dict[str, Any]:
    """Return the pages held against their originals as they stand in `accept` (IN09)."""
    if not compared:
        return {}
    return {"compared": [{"sha256": c.sha256, "page": c.page, "at": c.at} for c in compared]}


def receiver_members(receiver: Receiver) -> dict[str, str | None]:
    """Return who took the certificate."""
    return {"name": receiver.name, "id_no": receiver.id_no or None, "relation": receiver.relation}


def request_members(request: PageRow, case: Case) -> dict[str, object]:
    """Return the applicant's signed request (撤回申请书) as the paper of `withdraw`."""
    return {
        "kind": "withdrawal",
        "no": f"{case.number}-W{len(case.papers) + 1}",
        "sha256": request.sha256,
        "size": request.size,
    }
