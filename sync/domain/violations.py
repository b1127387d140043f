"""What a rule says about a step: stable codes with arguments, and what each code does to the step.

A violation is a value, never an exception. Its words stand under `violation.<code>` in the message
catalogues of both languages. Rules: rules.md §2 "Refused … With findings".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """What a violation does to the step that committed it."""

    REFUSED = "refused"  # the step has no effect
    FINDING = "finding"  # the effect stands, the violation is recorded
    DISPUTED = "disputed"  # a finding; the centre holds the effect back until it is confirmed


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: a code of SEVERITY and the named values of its sentence."""

    code: str
    args: Mapping[str, str | int] = field(default_factory=dict)


def _all(severity: Severity, codes: str) -> dict[str, Severity]:
    return dict.fromkeys(codes.split(), severity)


_REFUSED = """
step_not_allowed unknown_kind wrong_scope suspended time_implausible no_authority
wrong_approver power_missing card_signature_missing same_person recused deputy_second_post
not_holder not_deputy not_department_asked body_malformed legal_part_missing reason_unknown
unknown_item
item_retired item_elsewhere case_number_wrong unknown_material materials_incomplete
correction_incomplete late_correction_notice notice_belongs_to_lead
upper_asks_materials child_by_centre_only no_correction_asked no_lapse_basis lapse_too_early
deem_too_early pending_not_minor pending_too_late pending_materials_owed nothing_pending
not_immediate no_fallback survey_needs_two suspension_kind_unlawful prolong_after_told_end
resume_too_early extension_twice extension_after_limit extension_too_long
extension_not_foreseen not_forwardable survey_not_done review_level_wrong parties_not_heard
hearing_right_not_told hearing_window_open hearing_pending hearing_not_requested
hearing_notice_short send_back_level children_open child_unknown silence_not_allowed no_tariff
fee_amount_wrong fee_unpaid no_such_fee fee_already_paid fee_charged_before
no_certificate serial_wrong serial_used
exemption_not_foreseen papers_unserved debts_open no_such_debt no_such_paper
receipt_unknown receipt_used receipt_not_held receipt_not_offered receipts_drawn_before
manner_unknown
amend_forbidden not_renewal renewal_not_in_time renewal_not_due certificate_not_named id_length
id_characters id_birth id_check_digit credit_length credit_characters credit_check_digit
phone_wrong name_empty name_too_long name_characters
system_person system_kind step_too_early persons_missing
"""

_FINDINGS = """
overdue on_time_unproven late_record stale_knowledge deputy_not_declared
second_correction_notice asked_again due_mismatch sent_back_twice silence_taken_as_consent
turned_away offered_but_not_received hearing_asked_late hearing_held_late fast_track_not_told
pages_not_compared
cure_needed receipt_skipped receipt_missing receipt_twice receipt_none till_over till_short
till_differs till_open receipts_differ
"""

SEVERITY: Mapping[str, Severity] = {
    **_all(Severity.REFUSED, _REFUSED),
    **_all(Severity.FINDING, _FINDINGS),
    "authority_disputed": Severity.DISPUTED,
}


def violation(code: str, **args: str | int) -> Violation:
    """Make a violation of a listed code; an unlisted one is our defect and raises KeyError."""
    SEVERITY[code]
    return Violation(code, args)


def refusals(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """Return those that stop the step."""
    return tuple(v for v in violations if SEVERITY[v.code] is Severity.REFUSED)
