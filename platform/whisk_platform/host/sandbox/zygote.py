"""The zygote: a small process that starts sandboxes by copying itself, one ``clone`` for each.

Exec'd with a clean environment, strictly single-threaded, and at level L1 already inside the root
that its sandboxes see, as the first process of a process namespace: when it dies, all of them die.

Each sandbox consists of two processes. The *keeper* gives up its rights and then only waits: it is
the first process of its namespace, so that orphans are reaped and the action's own process has
ordinary signal semantics. The *worker* sets everything up and becomes the language's launcher. When
the worker ends, the keeper ends, and with it everything the action may have left running.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import importlib.util
import os
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from . import codec, confine, keeper, linux, network, tree, view

SETUP_FAILED = 70
"""Exit status of a keeper that could not set its sandbox up; the reason is on its stderr."""
CHANNEL = 3
_RELAY_ROUTE = 3
"""Where the way to the relay stands among what comes with a request, if there is one."""
_OWN_DESCRIPTORS = 64
_OOM_SCORE = "500"
_SMALL = "/bin/cat"

Serve = Callable[[int], None]


def main(arguments: list[str]) -> None:
    """Read the plan from the control socket and serve until its end.

    Args:
        arguments: the number of the control socket's descriptor.
    """
    control = socket.socket(fileno=_out_of_the_way(int(arguments[0])))
    os.dup2(0, CHANNEL, inheritable=False)  # nothing else may get the channel's number
    received = codec.receive(control)
    if received is None:
        return
    plan = received[0]
    try:
        if plan["level"] == confine.NAMESPACED:
            _enter_namespaces(control)
        zygote = Zygote(control, plan)
    except Exception as error:
        traceback.print_exc()  # into this zygote's log
        codec.send(control, {"failed": _describe(error)})
        os._exit(1)
    codec.send(control, {"ready": True})
    zygote.serve()


def _out_of_the_way(descriptor: int) -> int:
    """Move a descriptor of ours above those that sandboxes get."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _OWN_DESCRIPTORS)
    os.close(descriptor)
    return moved


def _enter_namespaces(control: socket.socket) -> None:
    """Go on as the first process of a new process and mount namespace.

    The process that was started stays behind, because only it is the platform's child; it ends
    when we end, and we when it does.
    """
    uid, gid = os.geteuid(), os.getegid()  # inside they read as nobody until they are mapped
    linux.die_with_parent(signal.SIGKILL)
    ended, alive = os.pipe()
    pid = linux.clone(linux.NEWNS | linux.NEWPID | (linux.NEWUSER if uid else 0))
    if pid:
        control.close()
        os.close(alive)
        _become_small(ended)
    os.close(ended)
    _out_of_the_way(alive)  # held open until we end
    if uid:
        map_user(uid, gid)
    linux.die_with_parent(signal.SIGKILL)


def _become_small(ended: int) -> NoReturn:
    """Wait for the end of a pipe in the least memory: as another program, or as we are."""
    os.dup2(ended, 0)
    with contextlib.suppress(OSError):
        os.execv(_SMALL, [_SMALL])
    os.read(0, 1)
    os._exit(0)


def map_user(uid: int, gid: int) -> None:
    """Keep our own id inside a user namespace that was just made."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"),
                       ("gid_map", f"{gid} {gid} 1")):  # fmt: skip
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


class Zygote:
    """Serves start requests and reports the ends of sandboxes."""

    def __init__(self, control: socket.socket, plan: codec.Message) -> None:
        os.umask(0o022)
        self._control = control
        self._level: str = plan["level"]
        self._namespaced = self._level == confine.NAMESPACED
        self._own_ids = os.geteuid(), os.getegid()
        self._own_user = bool(self._own_ids[0])
        self._network: str = plan["network"]
        self._relay: codec.Message | None = plan["relay"]
        self._limits = confine.lower_limits(plan["limits"])
        self._keepers: dict[int, int] = {}
        self._workers: dict[int, int] = {}
        """Workers that are children of ours, and their keepers."""
        self._nursery: keeper.Nursery | None = None
        self._flags = linux.NEWNS | linux.NEWIPC | linux.NEWUTS
        self._flags |= linux.NEWUSER if self._own_user else 0
        self._flags |= linux.NEWNET if self._network != "host" else 0
        self._serve: Serve | None = None
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write(_OOM_SCORE)
        if plan["launcher"]:
            self._serve = load_launcher(plan["launcher"])
        if self._namespaced:
            uids = [os.geteuid()] if self._own_user else plan["uids"]
            names = None if self._network == "host" else plan["names"]
            view.build_root(plan["root"], plan["binds"], plan["hide"], uids, names)
            linux.drop_bounding_set()
            self._nursery = keeper.Nursery.open()
        elif linux.SUPPORTED:
            linux.become_subreaper()
        self._fence = confine.Fence(self._level, plan["readable"], plan["sampled"])
        self._wake_read, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        os.set_blocking(self._wake_read, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        for name in [name for name in sys.modules if name.partition(".")[0] == "sandbox"]:
            del sys.modules[name]  # no action may import what is ours
        sys.argv[:] = [""]
        gc.collect()
        gc.freeze()

    def serve(self) -> NoReturn:
        """Answer requests until the platform closes the control socket."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._wake_read, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in poll.poll()}
            if self._wake_read in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake_read, 4096)
                self._report_ends()
            if self._control.fileno() in ready:
                try:
                    received = codec.receive(self._control)
                except (OSError, ValueError):
                    received = None
                if received is None:
                    self._end()
                self._start(*received)

    def _start(self, request: codec.Message, descriptors: list[int]) -> None:
        answer: dict[str, Any] = {"id": request["id"]}
        handles: list[int] = []
        try:
            pid = self._fork(request, descriptors)
            self._keepers[pid] = request["id"]
            answer["pid"] = pid
            if hasattr(os, "pidfd_open"):
                handles.append(os.pidfd_open(pid))
        except OSError as error:
            answer["error"] = _describe(error)
        for descriptor in descriptors:
            os.close(descriptor)
        answer["handles"] = len(handles)
        self._send(answer, handles)
        for handle in handles:
            os.close(handle)

    def _fork(self, request: codec.Message, descriptors: list[int]) -> int:
        """Start a sandbox; the id of its keeper."""
        if self._nursery is not None and request["grouped"]:
            return self._fork_beside(self._nursery, request, descriptors)
        pid = linux.clone_bare(self._flags | linux.NEWPID) if self._namespaced else os.fork()
        if pid == 0:
            self._be_born(self._become_sandbox, request, descriptors)
        return pid

    def _fork_beside(
        self, nursery: keeper.Nursery, request: codec.Message, descriptors: list[int]
    ) -> int:
        """Start a keeper that is a program of its own, and the worker beside it."""
        first = nursery.enter()
        try:
            worker = linux.clone_bare(self._flags)
            if worker == 0:
                self._be_born(self._become_worker, request, descriptors)
        except OSError:
            os.kill(first, signal.SIGKILL)
            raise
        finally:
            nursery.leave()
        self._workers[worker] = first
        return first

    def _be_born(
        self, live: Callable[[codec.Message, list[int]], NoReturn],
        request: codec.Message, descriptors: list[int],
    ) -> NoReturn:  # fmt: skip
        """Begin as a copy of the zygote; whatever happens, never go on as one."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            live(request, descriptors)
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.write(descriptors[2], f"{_describe(error)}\n".encode())
        finally:
            os._exit(SETUP_FAILED)

    def _become_worker(self, request: codec.Message, descriptors: list[int]) -> NoReturn:
        self._join(descriptors)
        self._own_namespaces(request, descriptors)
        self._give_up_rights(request)
        self._work(request)

    def _become_sandbox(self, request: codec.Message, descriptors: list[int]) -> NoReturn:
        if self._namespaced:
            # At once: each page that the keeper writes before is copied for both of them.
            worker = linux.fork_bare()
            if worker:
                os.closerange(0, 256)
                self._fence.become_keeper(request["uid"])
                _wait_for(worker)
            self._become_worker(request, descriptors)
        self._join(descriptors)
        if linux.SUPPORTED:
            linux.become_subreaper()
        worker = os.fork()
        if worker == 0:
            if linux.SUPPORTED:
                linux.die_with_parent(signal.SIGKILL)
            self._give_up_rights(request)
            if linux.SUPPORTED:  # a change of user has cleared it
                linux.die_with_parent(signal.SIGKILL)
            self._work(request)
        os.closerange(0, 256)
        _keep_tree(worker)

    def _join(self, descriptors: list[int]) -> None:
        """Enter the control groups and put the handles in their places."""
        channel, output, errors, *more = descriptors
        confine.join_groups(more[1:] if self._relay is not None else more)
        os.dup2(channel, CHANNEL, inheritable=False)
        os.dup2(output, 1)
        os.dup2(errors, 2)
        descriptors[2] = 2

    def _own_namespaces(self, request: codec.Message, descriptors: list[int]) -> None:
        if self._own_user:
            map_user(*self._own_ids)
        view.private_mounts(request["tmp_mb"])
        socket.sethostname("sandbox")
        if self._network != "host":
            network.raise_loopback()
        if self._relay is not None:
            addresses, port = self._relay["addresses"], self._relay["port"]
            network.hand_out(request["id"], addresses, port, descriptors[_RELAY_ROUTE])

    def _give_up_rights(self, request: codec.Message) -> None:
        os.chdir(request["directory"])
        for number, limits in self._limits:
            resource.setrlimit(number, limits)
        confine.change_user(request["uid"])
        self._fence.close_behind(request["directory"])

    def _work(self, request: codec.Message) -> NoReturn:
        os.setsid()
        os.closerange(CHANNEL + 1, 256)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.environ.update(request["environment"])
        if self._serve is None:
            os.set_inheritable(CHANNEL, True)
            os.execve(request["command"][0], request["command"], os.environ)
        self._serve(CHANNEL)
        os._exit(0)

    def _report_ends(self) -> None:
        ended = tree.reap()
        for pid, status in ended.items():
            lonely = self._workers.pop(pid, None)
            if lonely is not None and lonely in self._keepers and lonely not in ended:
                os.kill(lonely, signal.SIGKILL)
            sandbox = self._keepers.pop(pid, None)
            if sandbox is not None:
                self._send({"exit": sandbox, "status": _exit_code(status)}, [])
        if not self._namespaced:
            self._kill_strangers()

    def _kill_strangers(self) -> None:
        """Kill what became our child because its keeper was killed by the action."""
        strangers = [pid for pid in tree.children(os.getpid()) if pid not in self._keepers]
        for pid in strangers:
            tree.kill_descendants(pid, 1.0)
        tree.signal_all(strangers, signal.SIGKILL)

    def _send(self, message: codec.Message, handles: list[int]) -> None:
        with contextlib.suppress(OSError):  # the next read finds the end of the stream
            codec.send(self._control, message, tuple(handles))

    def _end(self) -> NoReturn:
        if not self._namespaced:
            tree.signal_all(list(self._keepers), signal.SIGTERM)
            tree.kill_descendants(os.getpid(), 3.0)
        os._exit(0)


def load_launcher(path: str) -> Serve:
    """Load a launcher's ``serve`` and let it do once what every copy of us would do first."""
    spec = importlib.util.spec_from_file_location("launcher", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules["launcher"] = module
    spec.loader.exec_module(module)
    del sys.modules["launcher"]
    if hasattr(module, "prewarm"):
        module.prewarm()
    serve: Serve = module.serve
    return serve


def _describe(error: BaseException) -> str:
    """What went wrong, for a person: system errors say which call and why."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return f"{type(error).__name__}: {error}"


def _exit_code(status: int) -> int:
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _wait_for(worker: int) -> NoReturn:
    """Reap until the worker ends; our own end then takes everything in the namespace along."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == worker:
            os._exit(_exit_code(status))


def _keep_tree(worker: int) -> NoReturn:
    """Without a process namespace: end with the worker, or when told, and kill what it left."""

    def end(status: int) -> NoReturn:
        tree.kill_descendants(os.getpid(), 5.0)
        os._exit(status)

    signal.signal(signal.SIGTERM, lambda *_: end(SETUP_FAILED))
    if linux.SUPPORTED:
        linux.die_with_parent(signal.SIGTERM)
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == worker:
            end(_exit_code(status))
