"""Who may do what: roles and powers from signed grants, never from the client's own word.

A grant is the authorisation (授权委托书): person, roles, scopes, powers, items, from, to. Source:
rules.md §1 "首席代表", "授权委托书", "AB岗", §5; RO02, RO03, TM26.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

EVERYTHING = "*"
_HALL_SCOPE = "hall/"


class Role(StrEnum):
    """What a person is in a scope."""

    APPLICANT = "applicant"
    RECEPTION_CLERK = "reception_clerk"
    WINDOW_CLERK = "window_clerk"
    COMPREHENSIVE_CLERK = "comprehensive_clerk"
    HANDLER = "handler"
    REVIEWER = "reviewer"
    SECTION_HEAD = "section_head"
    BRANCH_LEADER = "branch_leader"
    CHIEF_REPRESENTATIVE = "chief_representative"
    DEPARTMENT_LEADER = "department_leader"
    GOVERNMENT_HEAD = "government_head"
    HELPER_HANDLER = "helper_handler"
    UPPER_OFFICE = "upper_office"
    CASHIER = "cashier"
    ARCHIVE_KEEPER = "archive_keeper"
    CERTIFICATE_MANAGER = "certificate_manager"
    LIAISON = "liaison"
    CONTACT_PERSON = "contact_person"
    HALL_MANAGER = "hall_manager"
    SUPERVISOR = "supervisor"
    SUPERVISION_LEADER = "supervision_leader"
    BUSINESS_ADMINISTRATOR = "business_administrator"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    CENTRE = "centre"


class Power(StrEnum):
    """The five powers of a chief representative (RO02)."""

    DECIDE_AT_ONCE = "decide_at_once"  # 即办权
    ACCEPT = "accept"  # 受理权
    SUPERVISE = "supervise"  # 督办权
    COORDINATE = "coordinate"  # 协调权
    MANAGE = "manage"  # 管理权


@dataclass(frozen=True, slots=True)
class Person:
    """One entry of the roster; `certs` maps a card slot to its certificate (base64url DER).

    `phone`: where short messages of office go (TM22), "" where none is known.
    """

    person: str
    name: str
    department: str
    hall: str
    certs: Mapping[str, str] = field(default_factory=dict)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """Roles and powers of one person over scopes and items, for a time.

    `deputy_of` makes it an AB-post (AB岗) grant: what that person holds, this one may do too.
    `ends` is the planned end, `ended_at` the end that came before it; both are excluded.
    """

    id: str
    person: str
    roles: tuple[Role, ...]
    scopes: tuple[str, ...]
    powers: tuple[Power, ...]
    items: tuple[str, ...]
    starts: datetime
    ends: datetime | None = None
    deputy_of: str | None = None
    ended_at: datetime | None = None

    def covers(self, scope: str, item: str | None) -> bool:
        """Say whether the grant reaches a scope and an item; a hall's grant reaches its desks."""
        if item is not None and item not in self.items and EVERYTHING not in self.items:
            return False
        if scope in self.scopes or EVERYTHING in self.scopes:
            return True
        halls = (held[len(_HALL_SCOPE) :] for held in self.scopes if held.startswith(_HALL_SCOPE))
        return any(scope.startswith(f"{hall}/") for hall in halls)

    def gives(self, roles: Collection[Role]) -> bool:
        """Say whether the grant gives one of the roles."""
        for role in self.roles:  # noqa: SIM110  (asked of every step, and `any` costs more)
            if role in roles:
                return True
        return False

    @property
    def over_at(self) -> datetime | None:
        """Return the moment from which the grant gives nothing, if there is one."""
        if self.ends is None or self.ended_at is None:
            return self.ends or self.ended_at
        return min(self.ends, self.ended_at)


class Standing(StrEnum):
    """How well a person's right at a step's time is proven."""

    HELD = "held"
    DISPUTED = "disputed"  # it ended inside the interval in which the step was made
    NONE = "none"


@dataclass(frozen=True, slots=True)
class When:
    """The proven interval of an act and the time counted inside it (proof.md §5)."""

    counted: datetime
    earliest: datetime
    latest: datetime


def at_moment(moment: datetime) -> When:
    """Return the interval of an act whose time is not in doubt."""
    return When(moment, moment, moment)


@dataclass(frozen=True, slots=True)
class Right:
    """What was found: the standing, the grant it rests on, and for whom a deputy acts."""

    standing: Standing
    grant: Grant | None = None
    acting_for: str | None = None


NO_RIGHT = Right(Standing.NONE)
_ORDER = (Standing.NONE, Standing.DISPUTED, Standing.HELD)


def _standing(grant: Grant, when: When) -> Standing:
    if when.counted < grant.starts:
        return Standing.NONE
    over = grant.over_at
    if over is None or when.latest < over:
        return Standing.HELD
    return Standing.NONE if when.earliest >= over else Standing.DISPUTED


@dataclass(frozen=True, slots=True)
class Authority:
    """Every grant, by person."""

    grants: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)

    def right(
        self,
        person: str,
        roles: Collection[Role],
        scope: str,
        item: str | None,
        when: When,
        power: Power | None = None,
    ) -> Right:
        """Return the best right of a person to act in one of the roles.

        Own grants come before a deputy's: who holds a post himself does not act for another.
        """
        best = self._direct(person, roles, scope, item, when, power)
        if best.standing is Standing.HELD:
            return best
        for grant in self.grants.get(person, ()):
            if grant.deputy_of is None or not grant.covers(scope, item):
                continue
            standing = _standing(grant, when)
            if standing is Standing.NONE:
                continue
            lent = self._direct(grant.deputy_of, roles, scope, item, when, power)
            standing = min(standing, lent.standing, key=_ORDER.index)
            if _ORDER.index(standing) > _ORDER.index(best.standing):
                best = Right(standing, lent.grant, grant.deputy_of)
        return best

    def _direct(
        self,
        person: str,
        roles: Collection[Role],
        scope: str,
        item: str | None,
        when: When,
        power: Power | None,
    ) -> Right:
        best = NO_RIGHT
        for grant in self.grants.get(person, ()):
            if not grant.gives(roles) or not grant.covers(scope, item):
                continue
            if power is not None and power not in grant.powers:
                continue
            standing = _standing(grant, when)
            if standing is Standing.HELD:  # nothing better can follow
                return Right(standing, grant)
            if _ORDER.index(standing) > _ORDER.index(best.standing):
                best = Right(standing, grant)
        return best

    def roles_of(self, person: str, scope: str, at: datetime) -> frozenset[Role]:
        """Return every role of a person in a scope at a moment, deputies' included."""
        when = at_moment(at)
        return frozenset(
            role
            for role in Role
            if self.right(person, (role,), scope, None, when).standing is Standing.HELD
        )

    def deputises(self, person: str, absent: str, scope: str, item: str | None, when: When) -> bool:
        """Say whether an AB-post grant lets `person` act for `absent` in the scope, for an item."""
        return any(
            grant.deputy_of == absent
            and grant.covers(scope, item)
            and _standing(grant, when) is not Standing.NONE
            for grant in self.grants.get(person, ())
        )

    def with_grant(self, grant: Grant) -> "Authority":
        """Return the authority with one grant more, or replaced where its id is known."""
        held = tuple(g for g in self.grants.get(grant.person, ()) if g.id != grant.id)
        return Authority({**self.grants, grant.person: (*held, grant)})
