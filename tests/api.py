"""A program that calls the API in a person's name."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from governance.models import User

V1 = "/api/v1/"


class Program(APIClient):
    """Signed in as a person; addresses are below /api/v1/."""

    def __init__(self, user: User | None = None, **defaults: Any) -> None:
        super().__init__(HTTP_ACCEPT_LANGUAGE="en", **defaults)
        if user is not None:
            self.force_login(user)

    def read(self, path: str, **query: Any) -> Any:
        response = self.get(path if path.startswith("/") else V1 + path, query)
        assert response.status_code == 200, response.content
        return response.json()

    def act(self, path: str, version: object = None, *, method: str = "post", **fields: Any) -> Any:
        """A write, with the version that was seen."""
        seen = version if version == "*" else f'"{version}"'
        headers = {} if version is None else {"If-Match": seen}
        return getattr(self, method)(V1 + path, fields, headers=headers)


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document, after a look at its form."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["code"] == code, problem
    assert problem["type"] == f"urn:tongchou:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    return problem
