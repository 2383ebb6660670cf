"""`lingua serve` and `lingua mcp`: compression for other processes."""

from __future__ import annotations

import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingua_integrations.cli.options import Counter, Device, DType, Model
from lingua_integrations.cli.terminal import note
from lingua_integrations.errors import InvalidRequest, MissingExtra

if TYPE_CHECKING:
    from lingua_integrations.adapters.keywords import ResultOptions
    from lingua_integrations.serve import Settings

Rate = Annotated[float, typer.Option(help="Share of the tokens to keep if a request does not say.")]
MinTokens = Annotated[int, typer.Option(min=0, help="Texts with fewer tokens stay unchanged.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on. 0: any free port.")]
Method = Annotated[
    list[str] | None,
    typer.Option("-m", "--method", help="A method that requests may name; the first is the default."),
]
UpstreamUrl = Annotated[
    str | None,
    typer.Option(help="URL of an OpenAI-compatible API, which gets the shortened chats."),
]
Only = Annotated[list[str] | None, typer.Option(help="Tools whose results are shortened.")]
Exclude = Annotated[list[str] | None, typer.Option(help="Tools whose results are not shortened.")]
UserContexts = Annotated[
    bool, typer.Option("--user-contexts", help="Also shorten text above the question in user messages.")
]
Store = Annotated[
    str | None, typer.Option(help="Folder that keeps originals, for models with the tool recall.")
]
MaxMegabytes = Annotated[float, typer.Option(help="Largest size of a request.")]
Seconds = Annotated[float, typer.Option(help="Longest time that a request may take.")]
Threads = Annotated[int, typer.Option(help="Threads that compress, in each process.")]
Waiting = Annotated[int, typer.Option(help="Requests that may wait for a thread.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes, each with its own models.")]
Grace = Annotated[
    int, typer.Option(min=0, help="Seconds that requests have to finish when the service stops.")
]
OpenToAll = Annotated[bool, typer.Option("--open", help="Listen beyond this machine even without a token.")]


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    method: Method = None,
    model: Model = None,
    device: Device = None,
    dtype: DType = None,
    counter: Counter = "o200k_base",
    rate: Rate = 0.5,
    min_tokens: MinTokens = 200,
    upstream: UpstreamUrl = None,
    only: Only = None,
    exclude: Exclude = None,
    user_contexts: UserContexts = False,
    store: Store = None,
    max_megabytes: MaxMegabytes = 32.0,
    seconds: Seconds = 60.0,
    threads: Threads = 2,
    waiting: Waiting = 64,
    workers: Workers = 1,
    grace: Grace = 30,
    open_to_all: OpenToAll = False,
) -> None:
    """Serve compression over HTTP: /v1/compress, /v1/rerank, and with --upstream /v1/chat/completions.

    lingua serve --method extractive-bm25 --port 8000

    LINGUA_SERVE_TOKEN holds the token that clients must show, LINGUA_UPSTREAM_KEY the key of the upstream.
    """
    from lingua_integrations.serve import Limits, Settings, Upstream
    from lingua_integrations.serve.access import LOOPBACK, is_loopback
    from lingua_integrations.serve.settings import TOKEN

    names = tuple(only) if only else None
    to = None
    if upstream is not None:
        to = Upstream(
            url=upstream, only=names, exclude=tuple(exclude or ()), user_contexts=user_contexts, store=store
        )
    elif only or exclude or user_contexts or store:
        raise InvalidRequest("--only, --exclude, --user-contexts and --store are for chats: give --upstream.")
    settings = Settings(
        methods=tuple(method or ["extractive-fusion"]),
        model=model,
        device=device,
        dtype=dtype,
        counter=counter,
        rate=rate,
        min_tokens=min_tokens,
        limits=Limits(bytes=int(max_megabytes * 1e6), seconds=seconds, threads=threads, waiting=waiting),
        upstream=to,
        hosts=LOOPBACK if is_loopback(host) and TOKEN not in os.environ else None,
    )
    if settings.token is None and not is_loopback(host) and not open_to_all:
        raise InvalidRequest(
            f"{host} can be reached from elsewhere. Set {TOKEN} to a token that clients must show, or give "
            "--open."
        )
    _run(settings, host, port, workers, grace)


def _run(settings: Settings, host: str, port: int, workers: int, grace: int) -> None:
    """Serve until a signal says to stop: then nothing new is taken, and what is at work may finish."""
    import logging
    import signal

    if find_spec("uvicorn") is None:
        raise MissingExtra("uvicorn", "serve")
    import uvicorn

    from lingua_integrations.serve import create_app
    from lingua_integrations.serve.settings import SETTINGS

    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log each URL
    logging.captureWarnings(True)
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(0)
    )  # uvicorn raises the signal again once it has stopped
    common = {
        "host": host,
        "port": port,
        "timeout_graceful_shutdown": grace,
        "server_header": False,
        "access_log": False,  # probes would fill it; /metrics counts requests
    }
    if workers == 1:
        uvicorn.run(create_app(settings), **common)  # type: ignore[arg-type]
        return
    os.environ[SETTINGS] = settings.to_json()
    with tempfile.TemporaryDirectory(prefix="lingua-metrics-") as folder:
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        app = "lingua_integrations.serve.app:app_from_environment"
        uvicorn.run(app, factory=True, workers=workers, **common)  # type: ignore[arg-type]


def mcp(
    method: Annotated[
        str | None, typer.Option("-m", "--method", help="The method to use; `lingua methods` lists them.")
    ] = None,
    model: Model = None,
    device: Device = None,
    dtype: DType = None,
    counter: Counter = "o200k_base",
    rate: Rate = 0.25,
    min_tokens: MinTokens = 200,
    store: Annotated[
        Path | None, typer.Option(help="Folder that keeps originals. Default: the memory of this process.")
    ] = None,
    root: Annotated[
        list[Path] | None, typer.Option(help="Folder whose text files may be read. Default: none.")
    ] = None,
) -> None:
    """Serve the tools `compress` and `recall` to an MCP host, on standard input and output.

    lingua mcp --method extractive-bm25 --root .
    """
    from lingua_integrations.mcp_server import Files, create_server

    options: ResultOptions = {
        "method": method,  # type: ignore[typeddict-item]
        "model": model,
        "device": device,
        "dtype": dtype,  # type: ignore[typeddict-item]
        "counter": counter,
        "rate": rate,
        "min_tokens": min_tokens,
    }
    server = create_server(store, Files(root) if root else None, **options)
    note("serving MCP on standard input and output")
    server.run()
