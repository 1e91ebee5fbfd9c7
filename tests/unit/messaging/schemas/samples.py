"""Messages as existing controllers and invokers write them, by the schemas of the contract."""

from __future__ import annotations

ACTIVATION = b"""{
 "transid": ["sJXGQZBqZvZaKXzOZvZaKXzOZvZaKXzO", 1525435200123],
 "action": {"path": "guest/demo", "name": "hello", "version": "0.0.3", "binding": "guest/bound"},
 "revision": "7-6a0c2b1f",
 "user": {
  "subject": "guest",
  "namespace": {"name": "guest", "uuid": "23bc46b1-71f6-4ed5-8c54-816aa4f8c502"},
  "authkey": {"api_key": "23bc46b1-71f6-4ed5-8c54-816aa4f8c502:abc"},
  "rights": ["READ", "PUT", "DELETE", "ACTIVATE"],
  "limits": {"concurrentInvocations": 7, "allowedKinds": ["nodejs:20"]}
 },
 "activationId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
 "rootControllerIndex": {"asString": "0", "instanceType": "controller"},
 "blocking": true,
 "content": {"exact": 1.10, "token": "sealed", "huge": 1e400},
 "initArgs": ["token"],
 "lockedArgs": {"token": "aes-256"},
 "cause": "11112222333344445555666677778888",
 "traceContext": {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
}"""

TRIGGERED = b"""{
 "transid": ["sid_invokerHealth", 1525435200123, true, ["parent", 1]],
 "action": {"path": "whisk.system", "name": "invokerHealthTestAction0"},
 "revision": null,
 "user": {"subject": "whisk.system", "namespace": {"name": "whisk.system", "uuid": "u"},
  "authkey": {}, "rights": [], "limits": {}},
 "activationId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
 "rootControllerIndex": {"asString": "0"},
 "blocking": false,
 "initArgs": [],
 "lockedArgs": {},
 "laterField": {"nobody": "knows"}
}"""

INVOKER = b"""{"instance": 3, "userMemory": "2048 MB", "busyMemory": "256 MB", "tags": [],
 "dedicatedNamespaces": [], "uniqueName": "node-3", "displayedName": "host3",
 "instanceType": "invoker"}"""

RECORD = b"""{"namespace": "guest", "name": "hello", "subject": "guest",
 "activationId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9", "start": 1525435200200, "end": 1525435200207,
 "duration": 7, "response": {"statusCode": 1, "result": {"error": "n\\u00e9"}, "size": 15},
 "logs": [], "version": "0.0.3", "publish": false,
 "annotations": [{"key": "path", "value": "guest/demo/hello"}, {"key": "waitTime", "value": 4},
  {"key": "kind", "value": "nodejs:20"}, {"key": "limits",
   "value": {"timeout": 60000, "memory": 256, "logs": 10, "concurrency": 1}},
  {"key": "initTime", "value": 31}],
 "cause": "11112222333344445555666677778888"}"""

COMBINED = (
    b'{"transid": ["t", 5], "response": '
    + RECORD
    + b', "isSystemError": false, "instance": '
    + INVOKER
    + b"}"
)
COMPLETION = (
    b'{"transid": ["t", 5], "activationId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",'
    b' "isSystemError": true, "instance": ' + INVOKER + b"}"
)
RESULT = b'{"transid": ["t", 5], "response": ' + RECORD + b"}"
SHRUNK = b'{"transid": ["t", 5], "response": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"}'

PING = b'{"name": ' + INVOKER + b', "isEnabled": false}'
OLD_PING = b'{"name": {"instance": 0, "userMemory": "1 GB"}}'
INVALIDATION = (
    b'{"key": {"mainId": "guest/demo/hello", "secondaryId": "7-6a0c"}, "instanceId": "controller1"}'
)
