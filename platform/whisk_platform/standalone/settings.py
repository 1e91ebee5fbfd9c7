"""Settings of the standalone platform.

Flag > environment ``WHISK_<GROUP>__<FIELD>`` > file ``settings.toml`` > default.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from whisk_platform.common.errors import SettingsError
from whisk_platform.entities import runtimesfile
from whisk_platform.entities.limits import Bounds, SystemLimits
from whisk_platform.entities.parameters import AES_256_GCM
from whisk_platform.entities.recording import Recording, level
from whisk_platform.entities.runtimes import RuntimesManifest


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """Where the REST API listens."""

    host: str = "127.0.0.1"
    """Address to bind to. Anything but loopback needs TLS or ``insecure_http``."""
    port: int = 3233
    """TCP port; 0 = any free one."""
    insecure_http: bool = False
    """Allow plain HTTP on an address that is not loopback: keys and payloads go in clear."""
    tls: str = ""
    """``self-signed``: speak TLS with a certificate made at every start, signed by an authority
    that is kept in the state directory and that ``wsk`` is told to trust; empty = no TLS, or
    ``tls_cert``."""
    tls_cert: str = ""
    """File of the server's certificate (PEM), followed by those that lead to its authority."""
    tls_key: str = ""
    """File of the certificate's private key (PEM, without a passphrase)."""
    tls_ca: str = ""
    """File of the authority of ``tls_cert`` (PEM), for ``wsk`` and for actions to trust; empty =
    one that everybody trusts."""
    http_port: int = -1
    """With TLS: a port where plain HTTP is answered with a redirect to https; 0 = any free one,
    -1 = none. The TLS port itself answers plain HTTP so, too."""
    api_host_name: str = ""
    """Name under which clients reach the platform, in its address and behind the namespace in
    vanity hosts; empty = the bind address, and ``localhost`` in vanity hosts."""
    drain_s: int = 10
    """Seconds that work under way gets to end after a stop was asked for."""


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """What comes in over HTTP."""

    request_mb: int = 65
    """Longest body that a request may announce; 50 MB are ever used."""
    uri_bytes: int = 8192
    """Longest path with its query."""
    head_bytes: int = 65536
    """Length of all headers of a request together."""
    read_timeout_s: float = 75
    """Seconds in which the head of a request has to arrive, and the next piece of its body."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What survives a restart."""

    directory: str = ""
    """State directory; empty = ``$XDG_STATE_HOME/whisk`` or ``~/.local/state/whisk``."""
    durability: str = "normal"
    """``normal`` survives SIGKILL; ``fsync`` also a power cut, at the price of a disk flush."""
    store: str = "sqlite"
    """Implementation of the stores."""
    queue_records: int = 50_000
    """Records that may wait in memory for the database; more go to the spill file."""
    spill_mb: int = 256
    """Greatest size of the file for records that the database cannot take yet; beyond it new work
    is refused. 0 = none."""
    system_packages: bool = True
    """Put the packages ``utils`` and ``samples`` into ``whisk.system`` where they lack."""


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the past is kept; the oldest activation records go first, 0 = no such bound."""

    age_hours: float = 168
    """Hours since an activation started; a week, so that a weekend can be looked into."""
    records: int = 5_000_000
    """Records of all namespaces together."""
    megabytes: int = 2048
    """What those records take, with their share of the indexes."""
    namespace_records: int = 2_000_000
    """Records of one namespace."""
    namespace_megabytes: int = 1024
    """What those take."""


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """Which activations leave a record, besides what a namespace's ``storeActivations`` says."""

    blocking_level: str = "STORE_ALWAYS"
    """Of calls whose caller waits, and of the steps of sequences and compositions:
    ``STORE_ALWAYS``, ``STORE_FAILURES`` or ``STORE_FAILURES_NOT_APPLICATION_ERRORS``."""
    non_blocking_level: str = "STORE_ALWAYS"
    """Of all others, fired triggers included."""
    log_unstored: bool = False
    """Write a line to the platform's log for each activation that leaves no record."""

    def recording(self) -> Recording:
        """The choice in the platform's own terms.

        Raises:
            SettingsError: an unknown level.
        """
        return Recording(
            blocking=level(self.blocking_level, "records.blocking_level"),
            non_blocking=level(self.non_blocking_level, "records.non_blocking_level"),
            tell_unstored=self.log_unstored,
        )


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """Which credentials exist."""

    development: bool = False
    """Use the two public development keys; refuses every bind address but loopback."""


class Containers(msgspec.Struct, frozen=True, kw_only=True):
    """Where actions run."""

    factory: str = "process"
    """Implementation of the container factory."""
    level: str = ""
    """Force an isolation level (``L0``, ``L0+``, ``L1``); empty = the best this machine allows."""
    network: str = "host"
    """``host``: a function reaches what its owner reaches; ``isolated``: the API host and nothing
    else; ``none``: nothing. The last two need isolation level ``L1``."""
    stem_cells_python: int = 2
    """Pre-started children for each kind of Python."""
    stem_cells_nodejs: int = 1
    """Pre-started processes for each kind of Node."""
    stem_memory_mb: int = 0
    """Memory that all pre-started sandboxes may really use together, whatever the bursts; the
    counts above are kept all the same. 0 = a twenty-fifth of the machine's."""
    compile_memory_mb: int = 1024
    """Memory for one build of a compiled language; enough for the largest standard packages."""
    compile_seconds: float = 120
    """Seconds for one build; they do not count for the action's own time limit."""
    compile_cache_mb: int = 1024
    """Finished programs on disk; the longest unused go first."""
    prepared_dir: str = ""
    """Where toolchains keep what all builds share, for several platforms on one machine to share
    it; empty = in the state directory."""
    memory_share: float = 0.75
    """Share of the machine's memory that containers may use, measured."""
    overcommit: int = 8
    """How far the sum of memory limits may exceed that share."""
    keep_alive: str = "histogram"
    """Which idle container goes when memory is needed, and how long it stays otherwise: by its
    action's own pauses (``histogram``), by frequency, cost and size (``greedy_dual``), or the least
    recently used and the same time for all (``fixed``)."""
    keep_alive_s: float = 600
    """Seconds an idle container is kept at least, while nobody needs its memory."""
    keep_alive_most_s: float = 14400
    """Seconds an idle container is kept at most; ``fixed`` keeps it for ``keep_alive_s``."""
    pause_grace_s: float = 10
    """Seconds after which an idle container is frozen."""


class Invoker(msgspec.Struct, frozen=True, kw_only=True):
    """How activations are run."""

    reuse_after_logs: bool = False
    """Keep the container until its log is read, as the 2018 design did; for comparison only."""
    queue_length: int = 100_000
    """Activations that may wait for a container; more are refused."""


class Parameters(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of actions, packages and triggers at rest."""

    encryption: str = "off"
    """``off``, or ``aes-256-gcm``: values are sealed with the master key when they are written, are
    shown sealed, and are opened for the action that runs. What was sealed is opened either way."""

    def locking(self) -> bool:
        """Whether values are sealed when they are written.

        Raises:
            SettingsError: an unknown cipher.
        """
        if self.encryption not in ("off", AES_256_GCM):
            raise SettingsError(
                f"'{self.encryption}' is no encryption of parameters. Set parameters.encryption to"
                f" 'off' or '{AES_256_GCM}'."
            )
        return self.encryption == AES_256_GCM


class Runtimes(msgspec.Struct, frozen=True, kw_only=True):
    """Kinds."""

    lenient: bool = False
    """Map other versions of a known family to its default instead of refusing them."""
    manifest: str = ""
    """A JSON file with the kinds to offer, in the shape of OpenWhisk's ``runtimes.json``; empty =
    the toolchains that are found on this machine."""

    def offered(self) -> RuntimesManifest | None:
        """The operator's own manifest; None where the toolchains decide.

        Raises:
            SettingsError: the file cannot be read or is wrong; the sentence names the place.
        """
        return runtimesfile.load(Path(self.manifest)) if self.manifest else None


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may do; the defaults stay out of a single developer's way."""

    invocations_per_minute: int = 1_000_000
    """Invocations of one namespace in a minute."""
    concurrent_invocations: int = 10_000
    """Activations of one namespace at once."""
    fires_per_minute: int = 1_000_000
    """Fired triggers of one namespace in a minute."""
    sequence_length: int = 50
    """Actions in a sequence, nested ones included."""
    max_action_timeout_ms: int = 300_000
    """Greatest time limit of an action."""
    max_action_memory_mb: int = 512
    """Greatest memory limit of an action."""
    max_action_concurrency: int = 1
    """Greatest number of activations at once in one container. Node's containers run so many; those
    of other kinds accept the limit and run one at a time."""
    payload_bytes: int = 1 << 20
    """Longest request payload and result."""

    def system(self) -> SystemLimits:
        """The limits in the platform's own terms."""
        usual = SystemLimits()
        timeout, memory = self.max_action_timeout_ms, self.max_action_memory_mb
        return SystemLimits(
            timeout=Bounds(min=100, std=min(usual.timeout.std, timeout), max=timeout),
            memory=Bounds(min=128, std=min(usual.memory.std, memory), max=memory),
            concurrency=Bounds(min=1, std=1, max=self.max_action_concurrency),
            invocations_per_minute=self.invocations_per_minute,
            concurrent_invocations=self.concurrent_invocations,
            fires_per_minute=self.fires_per_minute,
            sequence_length=self.sequence_length,
            payload_bytes=self.payload_bytes,
            truncation_bytes=self.payload_bytes,
        )


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """Live views of activations."""

    per_namespace: int = 100
    """Clients that may watch one namespace at once."""
    total: int = 2_000
    """Clients that may watch at once, all namespaces together."""
    queue_events: int = 10_000
    """Events that a client may be behind before it is let go."""
    queue_bytes: int = 4 << 20
    """Bytes that a client may be behind before it is let go."""
    heartbeat_s: float = 15
    """Seconds of silence after which a client gets a sign of life."""


class StandaloneSettings(msgspec.Struct, frozen=True, kw_only=True):
    """All groups."""

    server: Server = Server()
    edge: Edge = Edge()
    state: State = State()
    records: Records = Records()
    retention: Retention = Retention()
    keys: Keys = Keys()
    containers: Containers = Containers()
    invoker: Invoker = Invoker()
    parameters: Parameters = Parameters()
    runtimes: Runtimes = Runtimes()
    limits: Limits = Limits()
    watch: Watch = Watch()
