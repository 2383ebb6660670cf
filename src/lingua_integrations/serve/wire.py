"""Reads and checks requests in JSON, and writes answers and errors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from lingua_integrations.errors import BudgetTooSmall, InvalidRequest, LinguaError, ModelError
from lingua_integrations.serve.settings import Limits


async def read_body(request: Request, limits: Limits) -> bytes:
    """The body of a request.

    Raises:
        HTTPException: 413, it is too long, which its header may say before any of it is read; 408, it takes
            too long to arrive.
    """
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > limits.bytes:
        raise _too_long(limits)

    async def read() -> bytes:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > limits.bytes:
                raise _too_long(limits)
        return bytes(body)

    try:
        return await asyncio.wait_for(read(), limits.seconds)
    except asyncio.TimeoutError:
        raise HTTPException(408, "The request took too long to arrive.") from None


def _too_long(limits: Limits) -> HTTPException:
    return HTTPException(413, f"The body is longer than {limits.bytes} bytes.")


def check_json(request: Request) -> None:
    """Refuse a request that does not say that it is JSON: a foreign web page can send it without asking.

    Raises:
        HTTPException: 415.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "Send JSON, with content-type: application/json.")


async def read_object(request: Request, limits: Limits) -> dict[str, Any]:
    """The JSON object that a request's body is.

    Raises:
        HTTPException: 400, it is none; and as in `check_json` and `read_body`.
    """
    check_json(request)
    body = await read_body(request, limits)
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"The body is no JSON: {_place(error)}.") from None
    if not isinstance(data, dict):
        raise HTTPException(400, "The body must be a JSON object.")
    return data


def _place(error: Exception) -> str:
    """What is wrong with it, without a word of the body."""
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    return (
        "nested too deeply" if isinstance(error, RecursionError) else "it is not UTF-8, or a number too long"
    )


def known_only(data: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The fields of a request, if all are known: one that is ignored would be a wrong answer.

    Raises:
        InvalidRequest: says which are not, and which there are.
    """
    if unknown := sorted(data.keys() - set(known)):
        raise InvalidRequest(
            f"There is no {', '.join(map(repr, unknown))} here; there are {', '.join(known)}."
        )
    return data


def text_in(data: dict[str, Any], name: str) -> str | None:
    """A field that is text, or nothing.

    Raises:
        InvalidRequest: it is something else.
    """
    value = data.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidRequest(f"{name} must be a string, not {type(value).__name__}.")
    return value


def list_in(data: dict[str, Any], name: str) -> list[Any]:
    """A field that is a list.

    Raises:
        InvalidRequest: it is not there, or something else.
    """
    value = data.get(name)
    if not isinstance(value, list):
        raise InvalidRequest(f"{name} must be a list.")
    return value


def answer(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Data as JSON. Escapes carry what UTF-8 cannot, such as half of a surrogate pair."""
    return Response(json.dumps(data), status, headers, "application/json")


def problem(status: int, code: str, message: str, **more: Any) -> Response:
    """An error in the shape of OpenAI's."""
    sort = "server_error" if status >= 500 else "invalid_request_error"
    headers = more.pop("headers", None)
    return answer(
        {"error": {"message": message, "type": sort, "code": code, "param": None, **more}}, status, headers
    )


def problem_of(error: Exception) -> Response:
    """What the client is told of a failure. Our own messages do not quote texts; others might."""
    if isinstance(error, HTTPException):
        return problem(
            error.status_code, _CODES.get(error.status_code, "error"), error.detail, headers=error.headers
        )
    if isinstance(error, BudgetTooSmall):
        return problem(422, "budget_too_small", str(error), smallest=error.smallest)
    if isinstance(error, InvalidRequest):
        return problem(400, "invalid_request", str(error))
    if isinstance(error, LinguaError):
        code = "model_error" if isinstance(error, ModelError) else "failed"
        return problem(503, code, str(error), headers={"Retry-After": "5"})
    return problem(500, "failed", f"This failed ({type(error).__name__}).")


_CODES = {
    400: "bad_json", 401: "unauthorized", 404: "not_found", 405: "method_not_allowed", 408: "timeout",
    413: "too_long", 415: "not_json", 421: "wrong_host", 502: "upstream_failed", 503: "overloaded",
    504: "timeout",
}  # fmt: skip
