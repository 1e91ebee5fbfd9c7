"""Ways out of a sandbox, one after another: what an action tries, and what must come of it.

Each attempt is the body of a Python function. It escapes if it returns something true; it is held
if it returns nothing or fails with an ``OSError`` or ``ValueError``. Anything else means that the
attempt could not even be made, which is a fault of this table.
"""

from __future__ import annotations

import ctypes
import os
import socket
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.containers.actions import Action, start
from whisk_platform.containers.process.settings import Level
from whisk_platform.host.sandbox import linux, seccomp
from whisk_platform.spi.containers import ContainerFactory, Reply

SECRET = "planted-platform-secret"
ROOT = Path(__file__).resolve().parents[3]
BOTH: tuple[Level, ...] = ("L1", "L0+")
L1_ONLY: tuple[Level, ...] = ("L1",)

_FRAME = """
import ctypes, fcntl, mmap, os, resource, signal, socket, stat, struct, subprocess, tempfile, time
libc = ctypes.CDLL(None, use_errno=True)

def call(number, *arguments):
    values = [one if isinstance(one, bytes) else ctypes.c_long(one) for one in arguments]
    result = libc.syscall(ctypes.c_long(number), *values)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return True

def dies(code):
    pid = os.fork()
    if pid == 0:
        try:
            code()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1]

def read(path):
    with open(path, "rb") as file:
        return file.read(4096)

def attempt(t):
{body}

def main(args):
    try:
        got = attempt(args)
    except (OSError, ValueError) as error:
        return {{"held": f"{{type(error).__name__}}: {{error}}"}}
    return {{"escaped": repr(got)}} if got else {{"held": repr(got)}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One way out."""

    name: str
    claim: str
    """What holds, as documentation says it."""
    body: str
    levels: tuple[Level, ...] = L1_ONLY
    """Where it must be held."""
    stopped_by: str

    @property
    def code(self) -> str:
        """The action."""
        body = textwrap.indent(textwrap.dedent(self.body).strip(), "    ")
        return _FRAME.format(body=body)


def _call(number: str, *arguments: object) -> str:
    listed = "".join(f", {argument!r}" for argument in arguments)
    return f"return call(t['number'][{number!r}]{listed})"


def _a(
    name: str, claim: str, stopped_by: str, body: str, levels: tuple[Level, ...] = BOTH
) -> Attempt:
    return Attempt(name=name, claim=claim, stopped_by=stopped_by, body=body, levels=levels)


_FILES = (
    _a("state file", "no file of the state directory is read", "private root; file rules; user",
       "return read(t['secret_file'])"),
    _a("state directory", "the state directory is not listed", "private root; file rules",
       "return os.listdir(t['state'])"),
    _a("symlink to state", "a symlink in /tmp leads to no file of the platform", "private root",
       "link = tempfile.mkdtemp() + '/l'; os.symlink(t['secret_file'], link); return read(link)"),
    _a("hard link to state", "a hard link in /tmp leads to no file of the platform",
       "private root; file rules",
       "link = tempfile.mkdtemp() + '/l'; os.link(t['secret_file'], link); return read(link)"),
    _a("hard link to a system file", "system files are not linked to a writable place",
       "private root; file rules",
       "link = tempfile.mkdtemp() + '/l'; os.link('/usr/bin/env', link); return True"),
    _a("root of the first process", "/proc/1/root is not the machine's root", "private root",
       "return read('/proc/1/root' + t['secret_file'])"),
    _a("way up from the root", "'..' does not lead out of the root", "private root",
       "return read('/proc/self/root/../../../..' + t['secret_file'])"),
    _a("neighbor's file", "another sandbox's files are not read", "private /tmp; file rules; user",
       "return read(t['neighbor_file'])"),
    _a("neighbor's folder", "another sandbox's /tmp is not listed", "private /tmp; user",
       "return os.path.basename(t['neighbor_file']) in\\\n"
       "    os.listdir(os.path.dirname(t['neighbor_file']))"),
    _a("accounts", "/etc/shadow is not read", "private root; file rules",
       "return read('/etc/shadow')"),
    _a("homes", "homes and the platform's own code are not seen", "private root",
       "return any(map(os.path.exists, (t['checkout'], '/home', '/boot', '/srv')))", L1_ONLY),
    _a("service sockets", "no sockets of the machine's services are seen", "private root",
       "return [n for d in ('/run', '/var/run') if os.path.isdir(d) for n in os.listdir(d)]",
       L1_ONLY),
    _a("shared memory files", "/dev/shm is the sandbox's own", "private /dev/shm; file rules",
       "return read('/dev/shm/' + t['shm_name'])"),
    _a("write outside", "nothing outside of /tmp is written", "read-only root; file rules",
       """
       for place in ('/', '/usr', '/usr/lib', '/etc', '/dev', '/opt', '/var', '/run', '/proc'):
           try:
               open(place + '/planted', 'w').close()
               return place
           except OSError:
               pass
       """),
    _a("overwrite a program", "the interpreter is not overwritten", "read-only root; file rules",
       "import sys; return open(os.path.realpath(sys.executable), 'r+b')"),
    _a("kernel settings", "/proc/sys and /proc/sysrq-trigger are not written", "user",
       """
       for path in ('/proc/sys/kernel/core_pattern', '/proc/sys/vm/drop_caches',
                    '/proc/sys/kernel/modprobe', '/proc/sysrq-trigger'):
           try:
               open(path, 'w').close()
               return path
           except OSError:
               pass
       """),
    _a("control groups", "control groups are not seen, so limits are not lifted",
       "private root; file rules",
       "return [n for n in ('/sys/fs/cgroup', '/sys/kernel') if os.listdir(n)]"),
    _a("devices", "no disk, memory or machine device is opened", "private root; file rules",
       """
       for name in ('sda', 'vda', 'nvme0n1', 'mem', 'kmem', 'port', 'kmsg', 'kvm', 'fuse', 'ptmx',
                    'net/tun', 'userfaultfd', 'console', 'tty0', 'loop-control'):
           try:
               os.close(os.open('/dev/' + name, os.O_RDONLY))
               return name
           except OSError:
               pass
       """),
    _a("new device", "no device node is made", "system calls; no capabilities",
       "os.mknod(tempfile.mkdtemp() + '/d', stat.S_IFBLK | 0o600, os.makedev(8, 0)); return True"),
    _a("file by handle", "files are not opened by their handles", "system calls",
       _call("open_by_handle_at", -100, b"\\0" * 64, 0)),
    _a("handle of a file", "handles of files are not told", "system calls",
       _call("name_to_handle_at", -100, b"/", b"\\x80" + b"\\0" * 200, b"\\0" * 8, 0)),
)  # fmt: skip

_PROCESSES = (
    _a("environment of the platform", "the platform's environment is not read",
       "process namespace; user; scope", "return read(f\"/proc/{t['pid']}/environ\")"),
    _a("memory of the platform", "the platform's memory is not opened",
       "process namespace; user; scope", "return open(f\"/proc/{t['pid']}/mem\", 'rb')"),
    _a("environment of the keeper", "the keeper's environment tells nothing of the platform",
       "clean environment; user", "return t['secret'].encode() in read('/proc/1/environ')"),
    _a("memory of the keeper", "the keeper's memory is neither read nor written",
       "user; scope or closed /proc", "return open('/proc/1/mem', 'r+b')", L1_ONLY),
    _a("descriptors of the keeper", "the keeper's descriptors are not taken", "user; scope",
       "return [os.readlink('/proc/1/fd/' + n) for n in os.listdir('/proc/1/fd')]"),
    _a("secrets of our own environment", "the action's own environment holds no secret",
       "clean environment",
       "return t['secret'] in str(os.environ) or t['secret'].encode() in\\\n"
       "    read('/proc/self/environ')"),
    _a("other processes", "no process outside is seen", "process namespace",
       "return [n for n in os.listdir('/proc') if n.isdigit() and int(n) > 2]", L1_ONLY),
    _a("signal to the platform", "the platform is not signaled", "process namespace; scope; user",
       "os.kill(t['pid'], signal.SIGCONT); return True"),
    _a("signal to all", "a signal to everybody reaches nobody else",
       "process namespace", "os.kill(-1, signal.SIGCONT); return True", L1_ONLY),
    _a("trace", "the platform is not traced", "system calls", _call("ptrace", 16, 1, 0, 0)),
    _a("trace of ourselves", "not even children are traced", "system calls",
       _call("ptrace", 0, 0, 0, 0)),
    _a("read of another's memory", "memory of others is not read (process_vm_readv)",
       "system calls", _call("process_vm_readv", 1, b"\\0" * 16, 1, b"\\0" * 16, 1, 0)),
    _a("write to another's memory", "memory of others is not written (process_vm_writev)",
       "system calls", _call("process_vm_writev", 1, b"\\0" * 16, 1, b"\\0" * 16, 1, 0)),
    _a("handle of a process", "processes are not opened (pidfd_open)", "system calls",
       _call("pidfd_open", 1, 0)),
    _a("another's descriptor", "descriptors of others are not copied (pidfd_getfd)", "system calls",
       _call("pidfd_getfd", 0, 0, 0)),
    _a("comparison of processes", "kernel objects of others are not compared (kcmp)",
       "system calls", _call("kcmp", 1, 1, 0, 0, 0)),
    _a("inherited descriptors", "only standard streams and the channel are inherited",
       "closed descriptors",
       """
       kinds = []
       for number in range(3, 1024):
           try:
               kinds.append(stat.S_ISSOCK(os.fstat(number).st_mode))
           except OSError:
               pass
       return kinds != [True]
       """),
    _a("our own code", "the platform's own modules are not importable", "private root",
       """
       try:
           import sandbox
           return sandbox
       except ImportError:
           pass
       """),
    _a("shared memory of System V", "System V memory of the machine is not found",
       "IPC namespace; system calls",
       "got = libc.shmget(t['ipc_key'], 0, 0); return got >= 0"),
)  # fmt: skip

_RIGHTS = (
    _a("become root", "the user is not changed", "system calls; no capabilities",
       "os.setuid(0); return True"),
    _a("become anybody", "the group is not changed", "system calls; no capabilities",
       "os.setgid(0); return True"),
    _a("set-uid program", "a set-uid program gives no rights", "no new privileges; nosuid",
       """
       found = [p for p in ('/usr/bin/su', '/bin/su', '/usr/bin/passwd') if os.path.exists(p)
                and os.stat(p).st_mode & stat.S_ISUID]
       for path in found:
           child = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=-3, stderr=-3)
           try:
               line = [l for l in open(f'/proc/{child.pid}/status') if l.startswith('Uid')]
               if '0' in line[0].split()[1:]:
                   return line
           finally:
               child.kill()
               child.communicate()
       """),
    _a("own set-uid file", "a file made set-uid gives no rights", "user; nosuid",
       "path = tempfile.mkdtemp() + '/s'; open(path, 'w').close(); os.chmod(path, 0o4755)\n"
       "return os.stat(path).st_uid == 0"),
    _a("capabilities", "no capability is left, nor is one to be had", "no capabilities",
       "return [l for l in open('/proc/self/status') if l.startswith(('CapEff', 'CapPrm'))\n"
       "    and int(l.split()[1], 16)]"),
    _a("user namespace", "no namespace is made (unshare)", "system calls",
       _call("unshare", 0x10000000)),
    _a("namespace by clone", "no namespace is made (clone)", "system calls",
       "status = dies(lambda: call(t['number']['clone'], 0x10000000 | 17, 0, 0, 0, 0))\n"
       "return status == 0"),
    _a("namespace by clone3", "no namespace is made (clone3)", "system calls",
       _call("clone3", b"\\0\\0\\0\\x10" + b"\\0" * 84, 88)),
    _a("enter a namespace", "no namespace is entered (setns)", "system calls",
       "with open('/proc/self/ns/mnt') as n: return call(t['number']['setns'], n.fileno(), 0)"),
    _a("mount", "nothing is mounted", "system calls; no capabilities",
       "return libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0"),
    _a("new mount interface", "nothing is mounted (fsopen, open_tree, move_mount)", "system calls",
       """
       for name in ('fsopen', 'open_tree', 'move_mount', 'mount_setattr', 'fsmount', 'fspick'):
           try:
               call(t['number'][name], -100, b'/', 0, 0, 0)
               return name
           except OSError as error:
               if error.errno not in (1, 38):
                   return f'{name}: {error}'
       """),
    _a("unmount", "what is mounted over others stays", "system calls; no capabilities",
       "return libc.umount2(b'/proc', 2) == 0 or libc.umount2(b'/tmp', 2) == 0"),
    _a("change of root", "the root is not changed (chroot)", "system calls; no capabilities",
       "os.chroot('/tmp'); return True"),
    _a("pivot of the root", "the root is not changed (pivot_root)", "system calls",
       _call("pivot_root", b"/tmp", b"/tmp")),
    _a("clock", "the clock is not set", "system calls; no capabilities",
       "time.clock_settime(time.CLOCK_REALTIME, 0); return True"),
    _a("restart", "the machine is not restarted", "system calls; no capabilities",
       _call("reboot", 0xFEE1DEAD - 0x100000000, 672274793, 0, 0)),
    _a("host name", "the machine's name is not changed", "UTS namespace; system calls",
       "socket.sethostname('planted'); return True"),
    _a("swap, accounting and quota", "swap, accounting and quotas are not touched", "system calls",
       """
       for name in ('swapon', 'swapoff', 'acct', 'quotactl'):
           try:
               call(t['number'][name], b'/tmp', 0, 0, 0)
               return name
           except OSError as error:
               if error.errno != 1:
                   return f'{name}: {error}'
       """),
    _a("priority", "no priority over others is to be had", "limits; no capabilities",
       """
       for attempt in (lambda: os.nice(-5),
                       lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
                       lambda: os.write(os.open('/proc/self/oom_score_adj', 1), b'-1000')):
           try:
               attempt()
               return True
           except OSError:
               pass
       """),
)  # fmt: skip

_KERNEL = (
    _a("keyring", "no key is left in a keyring", "system calls",
       _call("add_key", b"user", b"planted", b"x", 1, -4)),
    _a("keyring of others", "no keyring is read", "system calls", _call("keyctl", 0, -3, 1)),
    _a("kernel programs", "no program is loaded into the kernel (bpf)", "system calls",
       _call("bpf", 0, b"\\0" * 64, 64)),
    _a("performance counters", "nothing is measured of others (perf_event_open)", "system calls",
       _call("perf_event_open", b"\\0" * 128, 0, -1, -1, 0)),
    _a("page faults in user space", "userfaultfd is refused", "system calls",
       _call("userfaultfd", 1)),
    _a("io_uring", "io_uring, which no filter sees into, is refused", "system calls",
       _call("io_uring_setup", 1, b"\\0" * 120)),
    _a("modules", "no module is loaded", "system calls; no capabilities",
       _call("init_module", b"x", 1, b"")),
    _a("another kernel", "no other kernel is loaded (kexec)", "system calls",
       _call("kexec_load", 0, 0, 0, 0)),
    _a("kernel log", "the kernel's log is not read", "system calls",
       _call("syslog", 3, b"\\0" * 16, 16)),
    _a("personality", "address randomization stays", "system calls",
       _call("personality", 0x0040000)),
    _a("secret memory", "no memory is hidden from the accounts (memfd_secret)", "system calls",
       _call("memfd_secret", 0)),
    _a("file watch of the machine", "file accesses of others are not watched (fanotify)",
       "system calls", _call("fanotify_init", 0, 0)),
    _a("typing into a terminal", "nothing is typed into a terminal (TIOCSTI)", "system calls",
       """
       try:
           fcntl.ioctl(0, 0x5412, b'x')
       except OSError as error:
           return error.errno != 1
       return True
       """),
    _a("other call numbers", "numbers of the x32 interface end the process", "system calls",
       "import platform\n"
       "if platform.machine() != 'x86_64': return False\n"
       "return os.WTERMSIG(dies(lambda: libc.syscall(0x40000000 | 39))) != signal.SIGSYS"),
    _a("filter off", "the filter cannot be taken off", "system calls",
       """
       libc.prctl(22, 0, 0, 0, 0)
       return not [l for l in open('/proc/self/status') if l.startswith('Seccomp:\\t2')]
       """),
)  # fmt: skip

_NETWORK = (
    _a("raw socket", "packets are not made by hand (SOCK_RAW)", "system calls; no capabilities",
       "return socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"),
    _a("packet socket", "the wire is not listened to (AF_PACKET)", "system calls",
       "return socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"),
    _a("kernel socket", "the kernel's own sockets are refused (AF_NETLINK)", "system calls",
       "return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)"),
    _a("host of the machine", "the hypervisor is not reached (AF_VSOCK)", "system calls",
       "return socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)"),
    _a("crypto socket", "the kernel's cryptography is not reached (AF_ALG)", "system calls",
       "return socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)"),
    _a("abstract socket", "abstract sockets of the machine are not reached",
       "scope, or a network of its own",
       "one = socket.socket(socket.AF_UNIX); one.connect('\\0' + t['abstract']); return True"),
    _a("socket file", "socket files of the platform are not reached", "private root; user",
       "one = socket.socket(socket.AF_UNIX); one.connect(t['socket_file']); return True"),
)  # fmt: skip

_BOUNDS = (
    _a("higher limits", "limits are not raised", "limits",
       """
       for name in ('NOFILE', 'NPROC', 'CORE', 'FSIZE'):
           number = getattr(resource, 'RLIMIT_' + name)
           hard = resource.getrlimit(number)[1]
           if hard == resource.RLIM_INFINITY:
               return name
           try:
               resource.setrlimit(number, (hard + 1, hard + 1))
               return name
           except (ValueError, OSError):
               pass
       """),
    _a("core dump", "no memory is written to a core dump", "limits",
       "return os.WCOREDUMP(dies(os.abort)) or resource.getrlimit(resource.RLIMIT_CORE)[1]"),
    _a("too many files", "fewer than 1,025 files are open at once", "limits",
       """
       kept = []
       try:
           while len(kept) < 2000:
               kept.append(os.open('/dev/null', os.O_RDONLY))
       except OSError:
           pass
       return len(kept) > 1024
       """),
    _a("too many processes", "about 1,024 processes and threads exist at once",
       "control group; limits",
       """
       made = []
       try:
           while len(made) < 1300:
               pid = os.fork()
               if pid == 0:
                   time.sleep(60)
                   os._exit(0)
               made.append(pid)
       except OSError:
           pass
       for pid in made:
           os.kill(pid, signal.SIGKILL)
       for pid in made:
           os.waitpid(pid, 0)
       return len(made) > 1024
       """),
    _a("a full disk", "/tmp holds no more than the memory limit, or 256 MB if that is more",
       "private /tmp",
       "state = os.statvfs('/tmp'); return state.f_blocks * state.f_frsize > t['memory_mb'] << 20",
       L1_ONLY),
    _a("too many file names", "the number of files in /tmp is bounded", "private /tmp",
       "return not 0 < os.statvfs('/tmp').f_files <= max(4096, t['memory_mb'] * 256)", L1_ONLY),
    _a("a giant file", "no file grows beyond 1 GB", "limits",
       """
       signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
       with tempfile.TemporaryFile() as file:
           os.ftruncate(file.fileno(), (1 << 30) + 1)
       return True
       """),
)  # fmt: skip

_MEMORY = (
    _a("too much memory", "no more memory is taken than the limit, in a process or outside of any",
       "control group, or sampling and system calls",
       """
       taken, kept = 0, []
       def grow(write):
           nonlocal taken
           for _ in range(2 * t['memory_mb']):
               write(b'x' * (1 << 20))
               taken += 1 << 20
       def memory_file():
           kept.append(os.memfd_create('hidden'))
           grow(lambda data: os.write(kept[-1], data))
       def segments():
           libc.shmat.restype = ctypes.c_void_p
           def one(data):
               number = libc.shmget(0, len(data), 0o1600)
               place = libc.shmat(number, None, 0) if number >= 0 else None
               if number < 0 or place in (None, ctypes.c_void_p(-1).value):
                   raise OSError('refused')
               ctypes.memmove(place, data, len(data))
               libc.shmdt(ctypes.c_void_p(place))
           grow(one)
       def shared_files():
           with open('/dev/shm/big', 'wb') as file:
               grow(file.write)
       for way in (memory_file, segments, shared_files):
           try:
               way()
           except OSError:
               pass
       return taken > t['memory_mb'] << 20
       """),
)  # fmt: skip

ATTEMPTS = (*_FILES, *_PROCESSES, *_RIGHTS, *_KERNEL, *_NETWORK, *_BOUNDS, *_MEMORY)


def numbers() -> dict[str, int]:
    """The system call numbers that attempts use."""
    return {
        **seccomp._DENIED[linux.MACHINE],
        **seccomp._COMMON,
        **seccomp._CHECKED[linux.MACHINE],
    }


async def outcome(factory: ContainerFactory, attempt: Attempt, facts: dict[str, object]) -> str:
    """Make one attempt.

    Returns:
        Nothing if it was held, otherwise what the action got.
    """
    memory_mb = 1024 if attempt.name == "too many processes" else 256
    action: Action = await start(factory, attempt.code, memory_mb=memory_mb)
    ran = await action.run(
        {**facts, "pid": os.getpid(), "number": numbers(), "memory_mb": memory_mb}
    )
    await action.container.destroy()
    if not isinstance(ran.outcome, Reply):
        return ""  # it broke on its limits
    result = ran.result
    return "" if "held" in result else str(result)


_KEEP = (
    "import os, tempfile\ndef main(args):\n"
    "    path = tempfile.gettempdir() + '/neighbors-note'\n"
    "    open(path, 'w').write('hidden')\n    return {'path': path}\n"
)
_CREATE_FOR_ALL = 0o1666
_REMOVE = 0


@asynccontextmanager
async def planted(factory: ContainerFactory, place: Path) -> AsyncIterator[dict[str, object]]:
    """Put everything in place that an attacker could reach for, and tell where it is.

    Args:
        factory: a neighbor of the attackers is started with it.
        place: a private directory that stands for the state directory.
    """
    secret = place / "master.key"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    shm = Path("/dev/shm") / f"whisk-test-{os.getpid()}"
    shm.write_text(SECRET)
    key = 0x77000000 | os.getpid() & 0xFFFF
    segment = ctypes.CDLL(None).shmget(key, 4096, _CREATE_FOR_ALL)
    try:
        neighbor = await start(factory, _KEEP)
        path = (await neighbor.run()).result["path"]
        with socket.socket(socket.AF_UNIX) as abstract, socket.socket(socket.AF_UNIX) as file:
            name = f"whisk-test-{os.getpid()}"
            abstract.bind("\0" + name)
            abstract.listen()
            file.bind(str(place / "bus"))
            file.listen()
            yield {
                "state": str(place),
                "secret_file": str(secret),
                "secret": SECRET,
                "shm_name": shm.name,
                "ipc_key": key,
                "neighbor_file": path,
                "checkout": str(ROOT / "pyproject.toml"),
                "abstract": name,
                "socket_file": str(place / "bus"),
            }
        await neighbor.container.destroy()
    finally:
        ctypes.CDLL(None).shmctl(segment, _REMOVE, None)
        shm.unlink()
