"""Entities and records as the platform makes them, for the tests of the stores."""

from collections.abc import Mapping

from whisk_platform.common.ids import ActivationId, new_activation_id
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.entities.action import Collection
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.entities.parameters import Parameter, Parameters
from whisk_platform.spi.stores import Document, JournalEntry

START = 1_700_000_000_000
LIMITS = b'{"timeout":60000,"memory":256,"logs":10,"concurrency":1}'


def document(
    name: str,
    *,
    namespace: str = "guest",
    package: str | None = None,
    collection: Collection = Collection.ACTIONS,
    revision: int = 0,
    updated: int = START,
    public: bool = False,
    body: bytes = b'{"some":"body"}',
    attachment: bytes | None = None,
    drop_attachment: bool = False,
) -> Document:
    return Document(
        fqn=FullyQualifiedEntityName(namespace, package, name),
        collection=collection,
        revision=revision,
        updated=updated,
        public=public,
        body=body,
        attachment=attachment,
        drop_attachment=drop_attachment,
    )


def parameters(values: Mapping[str, bytes]) -> Parameters:
    return Parameters(tuple(Parameter(key=k, value=RawJSON(v)) for k, v in values.items()))


def annotations(path: str, *, binding: str | None = None, wait: int = 3) -> Parameters:
    bound = {} if binding is None else {"binding": f'"{binding}"'.encode()}
    return parameters(
        {
            "path": f'"{path}"'.encode(),
            "kind": b'"python:3.11"',
            "limits": LIMITS,
            "timeout": b"false",
            **bound,
            "waitTime": str(wait).encode(),
        }
    )


def activation(
    name: str = "hello",
    *,
    namespace: str = "guest",
    path: str | None = None,
    binding: str | None = None,
    start: int = START,
    result: bytes = b'{"greeting":"Hello, world"}',
    logs: tuple[str, ...] = (),
    activation_id: ActivationId | None = None,
    wait: int = 3,
) -> Activation:
    return Activation(
        activation_id=activation_id or new_activation_id(),
        namespace=namespace,
        name=name,
        version="0.0.1",
        subject="guest",
        start=start,
        end=start + 7,
        duration=7,
        response=Response(status_code=StatusCode.SUCCESS, result=RawJSON(result), size=len(result)),
        logs=logs,
        annotations=annotations(path or f"{namespace}/{name}", binding=binding, wait=wait),
    )


def entry(*, message: bytes = b'{"a":"message"}', started: bool = False) -> JournalEntry:
    return JournalEntry(activation_id=new_activation_id(), message=message, started=started)


def identity(
    subject: str = "anna-somebody",
    *,
    namespace: str | None = None,
    uuid: str = "23bc46b1-71f6-4ed5-8c54-816aa4f8c502",
    key: str = "k" * 64,
) -> Identity:
    return Identity(
        subject=subject, namespace=namespace or subject, authkey=AuthKey(uuid=uuid, key=key)
    )


def plain(record: Activation) -> dict[str, object]:
    """A record as values that can be compared; unparsed JSON as its bytes."""
    return {
        "id": record.activation_id,
        "head": (record.namespace, record.name, record.version, record.subject, record.publish),
        "times": (record.start, record.end, record.duration),
        "status": record.response.status_code,
        "size": record.response.size,
        "result": bytes(record.response.result),
        "logs": record.logs,
        "cause": record.cause,
        "annotations": [
            (entry.key, bytes(entry.value), entry.init, entry.encryption)
            for entry in record.annotations
        ],
    }
