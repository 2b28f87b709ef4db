"""Signing in: accounts are made by an administrator; nobody signs up."""

import logging
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kaohe.web.models import User
from kaohe.web.speaking import language_of

LOG = logging.getLogger("kaohe.web.signing_in")


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts with a password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth calls it so
        """Return whether anybody may make an account: nobody may."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """Send a mail in the language of the page that it was asked for on."""
        asked = allauth_context.request
        super().send_mail(template_prefix, email, {**context, "language": language_of(asked)})


class OutsideAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts of a sign-in service: they open an account that an administrator has made."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        """Return whether an unknown account may become one here: it may not."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let nobody in whose address no account here has.

        Raises:
            ImmediateHttpResponse: With the page that says so.
        """
        if not sociallogin.is_existing:
            raise ImmediateHttpResponse(_not_let_in(request))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: object = None,  # noqa: ARG002
    ) -> None:
        """Say that the sign-in service did not let them in; the log says why.

        Raises:
            ImmediateHttpResponse: With the page that says so, unless they turned back themselves.
        """
        if error == AuthError.CANCELLED:
            return
        LOG.warning("the sign-in by %s failed: %s", provider, exception or error)
        raise ImmediateHttpResponse(_not_let_in(request))


def _not_let_in(request: HttpRequest) -> HttpResponse:
    return render(request, "account/not_let_in.html", status=403)


def give_mail(user: User, email: str) -> None:
    """Give an account its address; an administrator's word for it is enough.

    An address that nobody has vouched for would cost the account its password
    as soon as the sign-in service opens it.
    """
    user.email = email
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    if email:
        EmailAddress.objects.create(user=user, email=email.lower(), verified=True, primary=True)
