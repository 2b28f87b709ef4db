"""Signing in: accounts are made by an administrator; nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts with a password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth calls it so
        """Return whether anybody may make an account: nobody may."""
        return False


class OutsideAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts of a sign-in service: they open an account that an administrator has made."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        """Return whether an unknown account may become one here: it may not."""
        return False

    def on_authentication_error(self, request: HttpRequest, *_: object, **__: object) -> None:
        """Say that the sign-in service did not let them in.

        Raises:
            ImmediateHttpResponse: With the page that says so.
        """
        page: HttpResponse = render(request, "account/not_let_in.html", status=403)
        raise ImmediateHttpResponse(page)
