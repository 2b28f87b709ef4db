"""The way in: which desk a request is about, what its user is there, and whether that is enough.

Whoever may not see a thing is told that it is not there (404): an address gives nothing away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.utils import timezone

from kaohe.core.language import Language
from kaohe.web.clock import today
from kaohe.web.models import Desk, Edition, Membership, User
from kaohe.web.renewing import renewing
from kaohe.web.rights import RIGHTS, Right, Role

Rest = ParamSpec("Rest")


class OfOldError(Exception):
    """A period whose sheets another engine made.

    Attributes:
        edition: The period.
    """

    def __init__(self, edition: Edition) -> None:
        super().__init__(str(edition))
        self.edition = edition


@dataclass(frozen=True)
class Standing:
    """What somebody is at a desk today.

    Attributes:
        desk: The desk.
        user: Who.
        memberships: What they are there.
        language: The language in which they are spoken to.
    """

    desk: Desk
    user: User
    memberships: tuple[Membership, ...]
    language: Language

    @cached_property
    def rights(self) -> frozenset[Right]:
        """All that their roles allow."""
        return frozenset().union(*(RIGHTS[role] for role in self.roles))

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Their roles, in the order in which roles are listed."""
        held = {membership.role for membership in self.memberships}
        return tuple(role for role in Role if role in held)

    @cached_property
    def person(self) -> str:
        """Whom of the people table they are; blank: nobody."""
        return next((one.person for one in self.memberships if one.person), "")

    def may(self, right: Right) -> bool:
        """Return whether they have a right."""
        return right in self.rights

    def may_see(self, person: str) -> bool:
        """Return whether they may see somebody's figures."""
        return self.may(Right.SEE_DESK) or (
            self.may(Right.SEE_OWN) and bool(person) and person == self.person
        )

    @cached_property
    def periods(self) -> tuple[Edition, ...]:
        """The newest edition of each period, the newest period first, without its sheets."""
        return tuple(Edition.objects.defer("blockers").newest(self.desk))

    def edition(self, period: str) -> Edition:
        """Return the newest edition of a period.

        Raises:
            Http404: There is none.
            OfOldError: It is there, but must be made anew before a page can show it.
        """
        found = next((one for one in self.periods if one.period == period), None)
        if found is None:
            raise Http404
        if found.is_of_old:
            raise OfOldError(found)
        return found


def standing(user: User, slug: str, language: Language) -> Standing | None:
    """Return what somebody is at a desk today; None: nothing."""
    desk = Desk.objects.filter(slug=slug).first()
    if desk is None:
        return None
    held = tuple(Membership.objects.on(today(desk.timezone)).filter(user=user, desk=desk))
    return Standing(desk, user, held, language) if held else None


View = Callable[Concatenate[HttpRequest, Standing, Rest], HttpResponseBase]


def needs(*rights: Right, method: str = "GET") -> Callable[[View[Rest]], Callable[..., HttpResponseBase]]:
    """Let a view be seen only by whoever is signed in and has one of these rights at the desk.

    The view gets the Standing in place of the desk's name, and shows times on the desk's clock.

    Args:
        rights: One of them is enough.
        method: ``GET``, or ``POST`` for what changes something; ``ANY`` for a form at its own address.
    """

    def wrap(view: View[Rest]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def seen(request: HttpRequest, desk: str, *args: Rest.args, **named: Rest.kwargs) -> HttpResponseBase:
            assert isinstance(request.user, User)
            at = standing(request.user, desk, request.language)  # type: ignore[attr-defined]
            if at is None or not at.rights.intersection(rights):
                raise Http404
            allowed = {"GET": ("GET", "HEAD"), "POST": ("POST",), "ANY": ("GET", "HEAD", "POST")}[method]
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            request.standing = at  # type: ignore[attr-defined]
            with timezone.override(at.desk.timezone):
                try:
                    return view(request, at, *args, **named)
                except OfOldError as old:
                    return renewing(request, at.desk, old.edition)

        seen.rights = frozenset(rights)  # type: ignore[attr-defined]
        return seen

    return wrap
