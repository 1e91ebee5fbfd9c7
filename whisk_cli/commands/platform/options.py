"""Options of the platform commands."""

from __future__ import annotations

from typing import Annotated

from whisk_cli import declare

StateDirOption = Annotated[
    str,
    declare.Option("--state-dir", metavar="DIR", help="state directory of the platform"),
]
PortOption = Annotated[
    int | None, declare.Option("--port", metavar="N", help="TCP port, 3233 by default, 0 = any")
]
HostOption = Annotated[
    str | None, declare.Option("--host", metavar="ADDRESS", help="address, 127.0.0.1 by default")
]
DevelopmentKeysOption = Annotated[
    bool,
    declare.Option("--development-keys", help="use the public development keys (loopback only)"),
]
InsecureHttpOption = Annotated[
    bool, declare.Option("--insecure-http", help="allow plain HTTP beyond loopback")
]
TlsOption = Annotated[
    str | None,
    declare.Option("--tls", metavar="self-signed", help="speak TLS, certified by the platform"),
]
TlsCertOption = Annotated[
    str | None, declare.Option("--tls-cert", metavar="FILE", help="certificate of the server")
]
TlsKeyOption = Annotated[
    str | None, declare.Option("--tls-key", metavar="FILE", help="key of the certificate")
]
TlsCaOption = Annotated[
    str | None, declare.Option("--tls-ca", metavar="FILE", help="authority of the certificate")
]
HttpPortOption = Annotated[
    int | None,
    declare.Option("--http-port", metavar="N", help="port that sends plain HTTP to https, 0 = any"),
]
ApiHostNameOption = Annotated[
    str | None,
    declare.Option("--api-host-name", metavar="NAME", help="name clients reach the platform by"),
]
ForegroundOption = Annotated[
    bool, declare.Option("--foreground", help="stay in the foreground, log to the terminal")
]
