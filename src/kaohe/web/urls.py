"""Addresses: each room of pages has its own list."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from kaohe.web.api.interface import api
from kaohe.web.pages import (
    accounts,
    administration,
    appeals,
    board,
    drafting,
    forms,
    health,
    home,
    imports,
    ledger,
    life,
    month,
    overview,
    parameters,
    payslips,
    people,
    policy,
    profile,
    ranking,
    running,
    samples,
    signals,
    targets,
    why,
)

DESK = "desk/<slug:desk>/"
"""Where a desk's own pages begin."""

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("language/", home.choose_language, name="language"),
    path("health", health.health, name="health"),
    path("metrics", health.metrics, name="metrics"),
    path("account/", profile.profile, name="profile"),
    path("account/signup/", RedirectView.as_view(pattern_name="account_login")),
    # Whom an address belongs to is an administrator's word: the sign-in service opens accounts by it.
    path("account/email/", RedirectView.as_view(pattern_name="profile")),
    path("account/3rdparty/", RedirectView.as_view(pattern_name="profile")),
    path("account/password/reset/", profile.forgotten),
    path("account/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path(DESK, include(running.urls)),
    path(DESK, include(accounts.urls)),
    path(DESK, include(administration.urls)),
    path(DESK, include(overview.urls)),
    path(DESK, include(ranking.urls)),
    path(DESK, include(board.urls)),
    path(DESK, include(signals.urls)),
    path(DESK, include(ledger.urls)),
    path(DESK, include(targets.urls)),
    path(DESK, include(parameters.urls)),
    path(DESK, include(people.urls)),
    path(DESK, include(why.urls)),
    path(DESK, include(month.urls)),
    path(DESK, include(life.urls)),
    path(DESK, include(forms.urls)),
    path(DESK, include(samples.urls)),
    path(DESK, include(imports.urls)),
    path(DESK, include(appeals.urls)),
    path(DESK, include(payslips.urls)),
    path(DESK, include(policy.urls)),
    path(DESK, include(drafting.urls)),
]
handler404 = "kaohe.web.pages.home.not_there"
handler500 = "kaohe.web.pages.home.went_wrong"
handler403 = "kaohe.web.pages.home.not_allowed"
