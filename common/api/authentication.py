"""Who asks: the token in the header Authorization."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

_TOKEN = re.compile(rb"\S+ [0-9a-f]{64}")


class TokenAuthentication(KnoxAuthentication):
    """`Authorization: Token <64 hexadecimal digits>`; anything else in that scheme is refused unread."""

    def authenticate(self, request: Request) -> Any:
        header = get_authorization_header(request)
        scheme = self.authenticate_header(request).lower().encode()
        if header.split(b" ")[0].lower() == scheme and not _TOKEN.fullmatch(header):
            raise AuthenticationFailed(_("This is not a token."))
        return super().authenticate(request)
