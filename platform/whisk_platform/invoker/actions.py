"""The actions that an invoker knows: metadata by name and revision, code only for init.

Source: contracts rest-api §8.2 (rows "fetch"), data-plane §4.1.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import ClassVar

from whisk_platform.common.errors import StoreError, WhiskError
from whisk_platform.common.jsontext import RawJSON, dumps
from whisk_platform.entities import stored
from whisk_platform.entities.action import Action, Collection
from whisk_platform.entities.activation import StatusCode
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.invoker import texts
from whisk_platform.invoker.prepared import PreparedAction, prepare
from whisk_platform.spi.stores import ArtifactStore, Document

THREAD_BYTES = 64 << 10
"""Code longer than this is encoded in a thread."""
READ_AHEAD_S = 0.1
"""Code that was read ahead counts as new for so long: who has waited longer for a container gets
what is newest then."""


class FetchError(WhiskError):
    """Action could not be fetched."""

    code: ClassVar[StatusCode] = StatusCode.INTERNAL_ERROR
    """How the activation ends."""

    def __init__(self, message: str = texts.ACTION_NOT_FETCHED) -> None:
        super().__init__(message)


class ActionGoneError(FetchError):
    """The action was deleted while the activation waited."""

    code = StatusCode.APPLICATION_ERROR

    def __init__(self) -> None:
        super().__init__(texts.ACTION_GONE)


class ActionIncompatibleError(FetchError):
    """The document is no action that an invoker can run."""

    def __init__(self) -> None:
        super().__init__(texts.ACTION_INCOMPATIBLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedAction:
    """An action with its code."""

    prepared: PreparedAction
    code: RawJSON | None
    """As a JSON string, ready to be spliced into the body of ``/init``; None = no code."""
    read_ahead: float | None = None
    """Loop time at which it was read before anybody asked for it; None once somebody has."""

    @property
    def code_bytes(self) -> int:
        """How long the code is."""
        return 0 if self.code is None else memoryview(self.code).nbytes


class ActionCache:
    """Reads each action once for each revision."""

    def __init__(self, artifacts: ArtifactStore, *, most: int, code_bytes: int) -> None:
        """Make an empty cache.

        Args:
            artifacts: where actions are stored.
            most: actions whose metadata is kept.
            code_bytes: memory for code.
        """
        self._artifacts = artifacts
        self._most = most
        self._code_limit = code_bytes
        self._actions: OrderedDict[FullyQualifiedEntityName, PreparedAction] = OrderedDict()
        self._code: OrderedDict[tuple[FullyQualifiedEntityName, int], LoadedAction] = OrderedDict()
        self._code_bytes = 0
        self._loading: dict[tuple[FullyQualifiedEntityName, bool], asyncio.Task[LoadedAction]] = {}

    def known(self, fqn: FullyQualifiedEntityName, revision: int) -> PreparedAction | None:
        """The action, if what is remembered is as new as asked for; never reads.

        Args:
            fqn: the action's name.
            revision: the one that the caller has seen; 0 = the newest, which only a read can tell.
        """
        prepared = self._actions.get(fqn)
        if prepared is None or revision == 0 or prepared.action.revision < revision:
            return None
        self._actions.move_to_end(fqn)
        return prepared

    async def meet(self, fqn: FullyQualifiedEntityName, revision: int) -> PreparedAction:
        """Read the newest revision of an action that ``known`` does not know.

        No container has been initialized with it, so its code will be asked for next: both come
        with one read.

        Args:
            fqn: the action's name.
            revision: as for ``known``.

        Raises:
            FetchError: see ``fetch``.
        """
        if revision == 0 and fqn in self._actions:
            return await self.fetch(fqn)
        loaded = await self._share((fqn, True))
        now = asyncio.get_running_loop().time()
        self._keep(replace(loaded, read_ahead=now))
        return loaded.prepared

    async def fetch(self, fqn: FullyQualifiedEntityName) -> PreparedAction:
        """Read the newest revision of an action's metadata, once however many ask.

        Raises:
            FetchError: it is gone, no action, or cannot be read; ``code`` says how to end.
        """
        return (await self._share((fqn, False))).prepared

    async def load(self, action: Action) -> LoadedAction:
        """The action with its code, read once however many ask at the same time.

        Returns:
            This revision, or a newer one if it was updated in the meantime.

        Raises:
            FetchError: see ``fetch``.
        """
        key = (action.fqn, action.revision)
        loaded = self._code.get(key)
        if loaded is not None and self._is_current(loaded):
            if loaded.read_ahead is not None:
                loaded = self._code[key] = replace(loaded, read_ahead=None)
            self._code.move_to_end(key)
            return loaded
        return await self._share((action.fqn, True))

    def foresee(self, action: Action, code: str) -> None:
        """Remember an action that was just written, so that its first call need not read it.

        Args:
            action: with the revision that it was stored under.
            code: the same as stored; long code is left to be read by who needs it.
        """
        known = self._actions.get(action.fqn)
        prepared = prepare(action)
        if prepared is None or not action.revision or len(code) > THREAD_BYTES:
            return
        if known is not None and known.action.revision >= action.revision:
            return
        self._remember(prepared)
        self._keep(LoadedAction(prepared=prepared, code=RawJSON(dumps(code))))

    def forget(self, fqn: FullyQualifiedEntityName) -> None:
        """Drop what is remembered of an action's metadata."""
        self._actions.pop(fqn, None)

    async def _share(self, what: tuple[FullyQualifiedEntityName, bool]) -> LoadedAction:
        loading = self._loading.get(what)
        if loading is None:
            loading = asyncio.create_task(self._load(*what), name=f"load {what[0]}")
            self._loading[what] = loading
            loading.add_done_callback(lambda _: self._loading.pop(what, None))
        # Whoever stops waiting must not stop the others.
        return await asyncio.shield(loading)

    async def _load(self, fqn: FullyQualifiedEntityName, with_code: bool) -> LoadedAction:
        document = await self._read(fqn, attachment=with_code)
        prepared = self._remember(_action_of(document))
        code = document.attachment
        if code is None:
            encoded = None
        elif len(code) > THREAD_BYTES:
            encoded = await asyncio.to_thread(_encode, code)
        else:
            encoded = _encode(code)
        loaded = LoadedAction(prepared=prepared, code=encoded)
        if with_code:
            self._keep(loaded)
        return loaded

    async def _read(self, fqn: FullyQualifiedEntityName, *, attachment: bool) -> Document:
        try:
            document = await self._artifacts.get(fqn, attachment=attachment)
        except StoreError as error:
            raise FetchError from error
        if document is None:
            self.forget(fqn)
            raise ActionGoneError
        return document

    def _remember(self, prepared: PreparedAction) -> PreparedAction:
        fqn = prepared.action.fqn
        known = self._actions.get(fqn)
        self._actions[fqn] = prepared
        if known is None and len(self._actions) > self._most:
            self._actions.popitem(last=False)
        return prepared

    def _is_current(self, loaded: LoadedAction) -> bool:
        if loaded.read_ahead is None:
            return True
        return asyncio.get_running_loop().time() - loaded.read_ahead <= READ_AHEAD_S

    def _keep(self, loaded: LoadedAction) -> None:
        action = loaded.prepared.action
        key = (action.fqn, action.revision)
        replaced = self._code.pop(key, None)
        self._code[key] = loaded
        self._code_bytes += loaded.code_bytes - (0 if replaced is None else replaced.code_bytes)
        while self._code_bytes > self._code_limit and self._code:
            _, dropped = self._code.popitem(last=False)
            self._code_bytes -= dropped.code_bytes


def _action_of(document: Document) -> PreparedAction:
    if document.collection is not Collection.ACTIONS:
        raise ActionIncompatibleError
    try:
        action = stored.decode(document.body, Collection.ACTIONS, document.revision, Action)
    except stored.CorruptDocumentError as error:
        raise ActionIncompatibleError from error
    prepared = prepare(action)
    if prepared is None:
        raise ActionIncompatibleError
    return prepared


def _encode(code: bytes) -> RawJSON:
    return RawJSON(dumps(code.decode("utf-8", "surrogatepass")))
