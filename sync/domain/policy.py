"""The policy book: a pure fold of policy events into what is in force.

Every grant, roster entry, authority, calendar, catalogue and server key is an event that two
administrators signed (proof.md §7); signatures are sync.proof's: this module folds what they say.
Bodies are those of the wire; certificates and keys stay the text they came as.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sync.domain.authority import Authority, Grant, Person, Power, Role
from sync.domain.calendar import calendar_from, hours_of
from sync.domain.cameras import Camera, with_camera
from sync.domain.catalogue import Catalogue
from sync.domain.catalogue_changes import amended
from sync.domain.catalogue_reading import catalogue_from
from sync.domain.department_systems import System, with_system, without_system
from sync.domain.fields import Fields
from sync.domain.lower_centres import Lower, with_lower, without_lower
from sync.domain.new_policy import check_new, check_start
from sync.domain.policy_entries import (
    Department,
    Device,
    Genesis,
    Hall,
    Offline,
    Recovery,
    Revocation,
    Seal,
    ServerKey,
)
from sync.domain.queue_rule import QueueRule, rule_from
from sync.domain.rules import Calendars, Rules
from sync.domain.schemes import Scheme, scheme_from
from sync.domain.switches import Switches

SLOTS = ("9A", "9C", "9D")
_GENESIS_GRANT = "genesis:"


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """What the policy scope amounts to after `size` events; `PolicyBook()` is empty.

    Attributes:
        dismissed: administrators of the genesis event who are none any more, and since when.
    """

    size: int = 0
    genesis: Genesis | None = None
    halls: Mapping[str, Hall] = field(default_factory=dict)
    departments: Mapping[str, Department] = field(default_factory=dict)
    roster: Mapping[str, Person] = field(default_factory=dict)
    grants: Mapping[str, Grant] = field(default_factory=dict)
    dismissed: Mapping[str, datetime] = field(default_factory=dict)
    devices: Mapping[str, Device] = field(default_factory=dict)
    cas: tuple[str, ...] = ()
    revoked: tuple[Revocation, ...] = ()
    server_keys: tuple[ServerKey, ...] = ()
    catalogue: Catalogue = field(default_factory=Catalogue)
    calendars: Calendars = field(default_factory=Calendars)
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    seals: Mapping[str, Seal] = field(default_factory=dict)
    recovery: tuple[str, ...] = ()
    recoveries: Mapping[str, Recovery] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    queue_rules: Mapping[str, QueueRule] = field(default_factory=dict)
    systems: Mapping[str, System] = field(default_factory=dict)
    lowers: Mapping[str, Lower] = field(default_factory=dict)
    cameras: Mapping[str, Camera] = field(default_factory=dict)
    authority: Authority = field(default_factory=Authority)
    unknown: tuple[str, ...] = ()

    def with_event(self, kind: str, body: Mapping[str, Any], at: datetime) -> "PolicyBook":
        """Return the book after one more event; a kind of a newer centre is kept by name only.

        Raises:
            DataFailure: policy.malformed, policy.unknown, policy.twice, policy.foreign, or the
                failures of catalogue, calendar, scheme and switch: the event must not be signed.
        """
        fold = _FOLDS.get(kind)
        book = replace(self, size=self.size + 1)
        if fold is None:
            return replace(book, unknown=(*book.unknown, kind))
        fields = Fields(body, "policy")
        if (self.genesis is None) != (kind == "genesis"):
            raise fields.fail("genesis", kind)
        return fold(book, fields, at)

    def with_new(self, kind: str, body: Mapping[str, Any], at: datetime) -> "PolicyBook":
        """Return the book after an event that is not in the log yet.

        What was logged once is folded for ever as it stands; what comes anew may be refused more:
        see `new_policy`.

        Raises:
            DataFailure: as `with_event`; policy.foreign for a department of another hall;
                policy.malformed for a device of the centre's name, a key that begins later, a
                limit that cannot be counted.
        """
        after, fields = self.with_event(kind, body, at), Fields(body, "policy")
        check_new(kind, fields, self.departments, after.catalogue)
        if kind == "server_key":
            check_start(fields, at)
        return after

    def rules(self) -> Rules:
        """Return what judging needs of the policy in force."""
        return Rules(
            catalogue=self.catalogue,
            calendars=self.calendars,
            authority=self.authority,
            schemes=self.schemes,
            switches=self.switches,
            roster=self.roster,
        )

    def name_of(self, person: str) -> str:
        """Return a person's name, the id of one whom the roster does not know."""
        known = self.roster.get(person)
        return person if known is None else known.name

    def hall_name(self, code: str) -> str:
        """Return a hall's name, the code of one that policy does not know."""
        known = self.halls.get(code)
        return code if known is None else known.name

    def department_name(self, code: str) -> str:
        """Return a department's name, the code of one that policy does not know."""
        known = self.departments.get(code)
        return code if known is None else known.name

    def unit_name(self, scope: str) -> str:
        """Return the name of a scope's department, the scope where policy does not know it."""
        known = self.departments.get(scope.rpartition("/")[2])
        return scope if known is None else known.name

    def queue_rule(self, hall: str) -> QueueRule:
        """Return by what rule a hall's visitors are called; the product's own without another."""
        return self.queue_rules.get(hall) or QueueRule()

    def server_key(self, use: str, at: datetime) -> ServerKey | None:
        """Return the centre's key of a use ("log", "anchor", "lease", "event") at a moment."""
        fit = (k for k in reversed(self.server_keys) if k.use == use and k.since <= at)
        return next(fit, None)


# -- one fold per kind ----------------------------------------------------------------------------


def _genesis(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    keys = fields.part("keys")
    admins = tuple(_person(part) for part in fields.parts("admins"))
    if not admins:
        raise fields.fail("malformed", "admins")
    return replace(
        book,
        genesis=Genesis(
            fields.text("aud"), fields.text("name"), tuple(a.person for a in admins), at
        ),
        cas=fields.texts("cas"),
        roster={admin.person: admin for admin in admins},
        server_keys=tuple(ServerKey(use, keys.part(use).data, at) for use in sorted(keys.data)),
    )


def _offline(fields: Fields) -> Offline:
    def told(name: str) -> int | None:
        return fields.integer(name, least=1) if fields.has(name) else None

    return Offline(told("hours"), told("cases"), told("certificates"))


def _hall(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    offline = _offline(fields.part("offline")) if fields.has("offline") else Offline()
    hall = Hall(fields.text("code"), fields.text("name"), fields.text("calendar", "cn"), offline)
    hours = hours_of(fields, "hours")
    calendars = replace(
        book.calendars,
        halls={**book.calendars.halls, hall.code: hall.calendar},
        hours={**book.calendars.hours, hall.code: hours},
    )
    return replace(book, halls={**book.halls, hall.code: hall}, calendars=calendars)


def _department(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    department = Department(
        fields.text("code"),
        fields.text("name"),
        fields.text("hall"),
        fields.text("calendar", "-"),
    )
    if department.hall not in book.halls:
        raise fields.fail("unknown", "hall")
    named = {**book.calendars.departments, department.code: department.calendar}
    return replace(
        book,
        departments={**book.departments, department.code: department},
        calendars=replace(book.calendars, departments=named),
    )


def _person(fields: Fields) -> Person:
    certs = fields.part("certs") if fields.has("certs") else Fields({}, "policy", "certs")
    return Person(
        person=fields.text("person"),
        name=fields.text("name"),
        department=fields.text("department", "-"),
        hall=fields.text("hall", "-"),
        certs={slot: certs.text(slot) for slot in SLOTS if certs.has(slot)},
        phone=fields.text("phone") if fields.has("phone") else "",
    )


def _roster(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    person = _person(fields)
    return replace(book, roster={**book.roster, person.person: person})


def _grant(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    everything = fields.data.get("items") == "*"
    grant = Grant(
        id=fields.text("id"),
        person=fields.text("person"),
        roles=fields.choices("roles", Role),
        scopes=fields.texts("scopes"),
        powers=fields.choices("powers", Power),
        items=("*",) if everything else fields.texts("items"),
        starts=fields.moment("from"),
        ends=fields.moment("to") if fields.has("to") else None,
        deputy_of=fields.text("deputy_of") if fields.has("deputy_of") else None,
    )
    if grant.person not in book.roster:
        raise fields.fail("unknown", "person")
    if grant.id in book.grants:
        raise fields.fail("twice", "id")
    if Role.CENTRE in grant.roles:
        raise fields.fail("malformed", "roles")
    return _with_grant(book, grant)


def _with_grant(book: PolicyBook, grant: Grant) -> PolicyBook:
    return replace(
        book,
        grants={**book.grants, grant.id: grant},
        authority=book.authority.with_grant(grant),
    )


def _grant_end(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    """End a grant; ended twice, it ended the first time (as sync.proof.trust has it)."""
    name = fields.text("id")
    ended = fields.moment("at") if fields.has("at") else at
    if name.startswith(_GENESIS_GRANT):
        return _dismiss(book, fields, name.removeprefix(_GENESIS_GRANT), ended)
    grant = book.grants.get(name)
    if grant is None:
        raise fields.fail("unknown", "id")
    return _with_grant(book, replace(grant, ended_at=min(ended, grant.ended_at or ended)))


def _dismiss(book: PolicyBook, fields: Fields, person: str, at: datetime) -> PolicyBook:
    """End what the genesis event gives: each of its administrators has a grant by his name."""
    if book.genesis is None or person not in book.genesis.admins:
        raise fields.fail("unknown", "id")
    since = min(at, book.dismissed.get(person, at))
    return replace(book, dismissed={**book.dismissed, person: since})


def _ca(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    return replace(book, cas=(*book.cas, fields.text("der")))


def _invite(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    device = Device(
        dev=fields.text("dev"),
        inc=fields.integer("inc", 1),
        hall=fields.text("hall"),
        counter=fields.text("counter", "-"),
        label=fields.text("label", "-"),
        code=fields.text("code"),
        until=fields.moment("until"),
    )
    if device.hall not in book.halls:
        raise fields.fail("unknown", "hall")
    return replace(book, devices={**book.devices, device.dev: device})


def _claim(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    device = book.devices.get(fields.text("dev"))
    if device is None or device.inc != fields.integer("inc", 1):
        raise fields.fail("unknown", "dev")
    if device.claimed_at is not None:
        raise fields.fail("twice", "dev")
    if device.closed_at is not None or at > device.until:
        raise fields.fail("late", "dev")
    claimed = replace(device, jwk=fields.part("jwk").data, claimed_at=at)
    return replace(book, devices={**book.devices, device.dev: claimed})


def _close(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    """Close a device, stolen or worn out, or take its invitation back."""
    device = book.devices.get(fields.text("dev"))
    if device is None or device.inc != fields.integer("inc", 1):
        raise fields.fail("unknown", "dev")
    closed = replace(device, closed_at=device.closed_at or at)
    return replace(book, devices={**book.devices, device.dev: closed})


def _catalogue(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    newer = catalogue_from(fields.data)
    return replace(book, catalogue=book.catalogue.followed_by(newer))


def _catalogue_change(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    return replace(book, catalogue=amended(book.catalogue, fields.data))


def _calendar(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    calendar = calendar_from(fields.data)
    return replace(book, calendars=book.calendars.published(calendar, at))


def _scheme(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    scheme = scheme_from(fields.data)
    return replace(book, schemes={**book.schemes, scheme.code: scheme})


def _seal(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    seal = Seal(
        fields.text("id"), fields.text("department"), fields.text("png"), fields.text("holder")
    )
    return replace(book, seals={**book.seals, seal.id: seal})


def _recovery(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    return replace(book, recovery=fields.texts("certs"))


def _recover(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    leave = Recovery(
        fields.text("dev"), fields.integer("gen"), fields.text("person"), fields.text("key")
    )
    if leave.dev not in book.devices:
        raise fields.fail("unknown", "dev")
    if leave.person not in book.roster:
        raise fields.fail("unknown", "person")
    return replace(book, recoveries={**book.recoveries, leave.dev: leave})


def _revoke(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    when = fields.moment("at") if fields.has("at") else at
    revocation = Revocation(
        fields.text("ca"), fields.text("serial"), when, fields.text("reason", "unspecified")
    )
    return replace(book, revoked=(*book.revoked, revocation))


def _server_key(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    since = fields.moment("from") if fields.has("from") else at
    key = ServerKey(fields.text("use"), fields.part("jwk").data, since)
    return replace(book, server_keys=(*book.server_keys, key))


def _switch(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    name = fields.text("name")
    return replace(book, switches=book.switches.turned(name, fields.data.get("value")))


def _queue_rule(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    hall = fields.text("hall")
    if hall not in book.halls:
        raise fields.fail("unknown", "hall")
    return replace(book, queue_rules={**book.queue_rules, hall: rule_from(fields.data)})


def _halls(book: PolicyBook) -> dict[str, str]:
    return {department.code: department.hall for department in book.departments.values()}


def _system(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    return replace(book, systems=with_system(book.systems, fields, _halls(book), book.roster))


def _camera(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    return replace(book, cameras=with_camera(book.cameras, fields, book.halls, _halls(book)))


def _system_end(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    return replace(book, systems=without_system(book.systems, fields, at))


def _lower(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    del at
    own = "" if book.genesis is None else book.genesis.aud
    return replace(book, lowers=with_lower(book.lowers, fields, own))


def _lower_end(book: PolicyBook, fields: Fields, at: datetime) -> PolicyBook:
    return replace(book, lowers=without_lower(book.lowers, fields, at))


_FOLDS: Mapping[str, Callable[[PolicyBook, Fields, datetime], PolicyBook]] = {
    "genesis": _genesis,
    "ca": _ca,
    "hall": _hall,
    "department": _department,
    "roster": _roster,
    "grant": _grant,
    "grant.end": _grant_end,
    "device.invite": _invite,
    "device.claim": _claim,
    "device.close": _close,
    "device.recover": _recover,
    "catalogue": _catalogue,
    "catalogue.change": _catalogue_change,
    "calendar": _calendar,
    "scheme": _scheme,
    "seal": _seal,
    "recovery": _recovery,
    "revoke": _revoke,
    "server_key": _server_key,
    "switch": _switch,
    "queue_rule": _queue_rule,
    "system": _system,
    "system.end": _system_end,
    "lower": _lower,
    "lower.end": _lower_end,
    "camera": _camera,
}

POLICY_KINDS = tuple(_FOLDS)
"""Every kind of policy event that this version folds."""
