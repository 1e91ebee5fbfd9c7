"""The body of a PUT of an action: executable, code, limits.

Source: contracts rest-api §2.2.1, §2.2.2, appendix D 8, 9, 20.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from whisk_platform.common.errors import MalformedContentError, TooLargeError
from whisk_platform.common.jsontext import (
    JSONObject,
    JSONTextError,
    RawJSON,
    split_array,
    split_object,
)
from whisk_platform.controller import texts
from whisk_platform.controller.bodies import (
    PutBody,
    common_members,
    decoded_value,
    is_null,
    parameter_limit,
    parsed,
    reference,
    shown,
    string,
)
from whisk_platform.controller.request import Request
from whisk_platform.entities.exec import (
    BLACKBOX,
    SEQUENCE,
    BlackBoxExec,
    CodeExec,
    Exec,
    SequenceExec,
    is_binary,
)
from whisk_platform.entities.limits import ActionLimits, SystemLimits
from whisk_platform.entities.runtimes import RuntimesManifest

_DIGITS = 18
"""Longer numbers are no sensible limit of anything."""
_IMAGE = re.compile(
    r"(?:(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::\d{1,5})?/)?"
    r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*"
    r"(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsBody:
    """Limits that a body names; None = not named."""

    timeout: int | None = None
    memory: int | None = None
    logs: int | None = None
    concurrency: int | None = None
    instances: int | None = None

    def over(self, lower: ActionLimits) -> ActionLimits:
        """These laid over others: what is not named stays."""
        instances = lower.instances if self.instances is None else self.instances
        return ActionLimits(
            timeout=_or(self.timeout, lower.timeout),
            memory=_or(self.memory, lower.memory),
            logs=_or(self.logs, lower.logs),
            concurrency=_or(self.concurrency, lower.concurrency),
            instances=instances,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Executable:
    """An ``exec`` with the code that goes with it."""

    exec: Exec
    """Components of a sequence may still have the namespace ``_``."""
    code: str | None
    """None for sequences, and for black boxes without code."""
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionBody:
    """What a PUT of an action says; None = not said."""

    common: PutBody
    executable: Executable | None
    limits: LimitsBody | None
    removed_annotations: tuple[str, ...]


async def action_body(
    request: Request, limits: SystemLimits, manifest: RuntimesManifest
) -> ActionBody:
    """Read the body of a PUT of an action.

    Raises:
        MalformedContentError: no JSON, or a member of the wrong shape; the contract's texts.
        TooLargeError: code, parameters or annotations exceed their limit.
    """
    most = parameter_limit(request.identity, limits)

    def parse(members: JSONObject) -> ActionBody:
        executable = _executable(members, manifest)
        _check_code_size(executable, limits.code_bytes)
        return ActionBody(
            common=common_members(members, most),
            executable=executable,
            limits=_limits(members),
            removed_annotations=_removed_annotations(members),
        )

    return await parsed(request, parse)


def _executable(members: JSONObject, manifest: RuntimesManifest) -> Executable | None:
    value = members.get("exec")
    if value is None:
        return None
    try:
        fields = split_object(value)
    except JSONTextError as error:
        raise MalformedContentError("JSON object expected in 'exec'") from error
    kind = _string(fields, "kind")
    if kind is None:
        raise MalformedContentError("'kind' must be a string defined in 'exec'")
    kind = kind.strip().lower()
    if kind == SEQUENCE:
        return _sequence(fields)
    if kind == BLACKBOX:
        return _black_box(fields)
    return _managed(kind, fields, manifest)


def _sequence(fields: JSONObject) -> Executable:
    value = fields.get("components")
    if value is None:
        raise MalformedContentError("'components' must be defined for sequence kind")
    try:
        elements = split_array(value)
    except JSONTextError as error:
        raise MalformedContentError("'components' must be an array") from error
    return Executable(exec=SequenceExec(components=tuple(map(reference, elements))), code=None)


def _black_box(fields: JSONObject) -> Executable:
    image = _string(fields, "image")
    if image is None:
        raise MalformedContentError(
            "'image' must be a string defined in 'exec' for 'blackbox' actions"
        )
    image = image.strip()
    if _IMAGE.fullmatch(image) is None:
        raise MalformedContentError("could not parse image name")
    value = fields.get("code")
    code, binary = (None, False) if value is None else _code(value)
    if code is not None and not code.strip():
        code = None
    return Executable(
        exec=BlackBoxExec(
            image=image,
            binary=binary,
            main=_main(fields, BLACKBOX),
            has_code=code is not None,
        ),
        code=code,
    )


def _managed(kind: str, fields: JSONObject, manifest: RuntimesManifest) -> Executable:
    runtime = manifest.resolve(kind)
    if runtime is None:
        known = [r.kind for r in manifest.runtimes if not r.deprecated]
        raise MalformedContentError(texts.unknown_kind(kind, [*known, BLACKBOX, SEQUENCE]))
    value = fields.get("code")
    if value is None:
        raise MalformedContentError(
            f"'code' must be a string or attachment object defined in 'exec' for '{kind}' actions"
        )
    code, binary = _code(value)
    main = _main(fields, kind)
    if main is None and runtime.require_main:
        raise MalformedContentError(
            f"'main' must be a string defined in 'exec' for '{kind}' actions"
        )
    return Executable(
        exec=CodeExec(kind=runtime.kind, binary=binary, main=main),
        code=code,
        deprecated=runtime.deprecated,
    )


def _code(value: RawJSON) -> tuple[str, bool]:
    decoded = decoded_value(value)
    if not isinstance(decoded, str):
        raise MalformedContentError(f"Could not deserialize as attachment record: {shown(value)}")
    if is_binary(decoded):
        # What surrounds base64 would reach decoders that do not expect it (appendix D 9).
        return decoded.strip(), True
    return decoded, False


def _main(fields: JSONObject, kind: str) -> str | None:
    value = fields.get("main")
    if value is None:
        return None
    main = string(value)
    if main is None:
        raise MalformedContentError(
            f"if defined, 'main' be a string in 'exec' for '{kind}' actions"
        )
    return main


def _string(fields: JSONObject, name: str) -> str | None:
    value = fields.get(name)
    return None if value is None else string(value)


def _check_code_size(executable: Executable | None, most: int) -> None:
    if executable is None or executable.code is None:
        return
    code = executable.code
    size = len(code) if code.isascii() else len(code.encode("utf-8", "surrogatepass"))
    if size > most:
        raise TooLargeError(texts.larger_than_allowed("exec", size, most))


def _limits(members: JSONObject) -> LimitsBody | None:
    value = members.get("limits")
    if value is None:
        return None
    try:
        fields = split_object(value)
    except JSONTextError as error:
        raise MalformedContentError("Object expected in field 'timeout'") from error
    instances = _number(fields, "instances", "instance concurrency limit")
    if instances is not None and instances < 0:
        raise MalformedContentError(
            "requirement failed: Action container concurrency must be greater than or equal to 0."
        )
    return LimitsBody(
        timeout=_number(fields, "timeout", "time limit"),
        memory=_size(fields, "memory", "memory limit"),
        logs=_size(fields, "logs", "log limit"),
        concurrency=_number(fields, "concurrency", "concurrency limit"),
        instances=instances,
    )


def _size(fields: JSONObject, name: str, label: str) -> int | None:
    megabytes = _number(fields, name, label)
    if megabytes is not None and megabytes < 0:
        raise MalformedContentError(
            "requirement failed: a negative size of an object is not allowed."
        )
    return megabytes


def _number(fields: JSONObject, name: str, label: str) -> int | None:
    value = fields.get(name)
    if value is None or is_null(value):
        return None
    try:
        number = Decimal(bytes(value).decode())
    except (InvalidOperation, UnicodeDecodeError) as error:
        raise MalformedContentError(f"{label} malformed") from error
    if not number.is_finite() or number.adjusted() > _DIGITS:
        raise MalformedContentError(f"{label} malformed")
    if number != number.to_integral_value():
        raise MalformedContentError(f"{label} must be whole number")
    return int(number)


def _removed_annotations(members: JSONObject) -> tuple[str, ...]:
    value = members.get("delAnnotations")
    if value is None:
        return ()
    try:
        keys = [string(element) for element in split_array(value)]
    except JSONTextError as error:
        raise MalformedContentError("'delAnnotations' must be an array of strings") from error
    if None in keys:
        raise MalformedContentError("'delAnnotations' must be an array of strings")
    return tuple(key for key in keys if key is not None)


def _or(said: int | None, other: int) -> int:
    return other if said is None else said
