"""Options of the platform commands."""

from __future__ import annotations

from typing import Annotated

import typer

StateDirOption = Annotated[
    str,
    typer.Option("--state-dir", metavar="DIR", help="state directory of the platform"),
]
PortOption = Annotated[
    int | None, typer.Option("--port", metavar="N", help="TCP port, 3233 by default, 0 = any")
]
HostOption = Annotated[
    str | None, typer.Option("--host", metavar="ADDRESS", help="address, 127.0.0.1 by default")
]
DevelopmentKeysOption = Annotated[
    bool,
    typer.Option("--development-keys", help="use the public development keys (loopback only)"),
]
InsecureHttpOption = Annotated[
    bool, typer.Option("--insecure-http", help="allow plain HTTP beyond loopback")
]
TlsOption = Annotated[
    str | None,
    typer.Option("--tls", metavar="self-signed", help="speak TLS, certified by the platform"),
]
TlsCertOption = Annotated[
    str | None, typer.Option("--tls-cert", metavar="FILE", help="certificate of the server")
]
TlsKeyOption = Annotated[
    str | None, typer.Option("--tls-key", metavar="FILE", help="key of the certificate")
]
TlsCaOption = Annotated[
    str | None, typer.Option("--tls-ca", metavar="FILE", help="authority of the certificate")
]
HttpPortOption = Annotated[
    int | None,
    typer.Option("--http-port", metavar="N", help="port that sends plain HTTP to https, 0 = any"),
]
ApiHostNameOption = Annotated[
    str | None,
    typer.Option("--api-host-name", metavar="NAME", help="name clients reach the platform by"),
]
ForegroundOption = Annotated[
    bool, typer.Option("--foreground", help="stay in the foreground, log to the terminal")
]
