"""Every sentence of the controller that clients match on.

Source: contracts rest-api §1, §2, §3, §6, appendices A and D.
"""

from __future__ import annotations

ROUTE_NOT_FOUND = "The requested resource could not be found."
METHOD_NOT_ALLOWED = "HTTP method not allowed, supported methods: OPTIONS"
NO_CREDENTIALS = "The resource requires authentication, which was not supplied with the request"
BAD_CREDENTIALS = "The supplied authentication is invalid"
AUTHENTICATION_NEEDED = "Authentication is possible but has failed or not yet been provided."
NOT_FOUND = "The requested resource does not exist."
ALREADY_EXISTS = "resource already exists"
WRONG_COLLECTION = "Resource by this name exists but is not in this collection."
OBJECT_EXPECTED = "JSON object expected"
IMMUTABLE_PARAMETER = "Request defines parameters that are not allowed (e.g., reserved properties)."
BAD_TIMEOUT = "Timeout must be number of milliseconds up to {max}."
SEQUENCE_TOO_LONG = "Too many actions in the sequence."
SEQUENCE_COMPONENT_MISSING = "Sequence component does not exist."
SEQUENCE_FAILED = "Sequence failed."
COMPOSITION_TOO_LONG = "Too many actions in the composition."
COMPOSITION_FAILED = "Activation failure during composition."
SEQUENCE_EMPTY = "No component specified for the sequence."
SEQUENCE_CYCLIC = "Sequence may not refer to itself."
EXEC_UNDEFINED = "exec undefined"
NOT_ON_BINDING = "Operation not permitted on package binding."
BINDING_MISSING = "Binding references a package that does not exist."
BINDING_TO_BINDING = "Cannot bind to another package binding."
BINDING_TO_OTHER = "Cannot bind to a resource that is not a package."
PACKAGE_TO_BINDING = "Resource is a package and cannot be converted into a binding."
INNER_LIMITS = "Inner entity level routes for limits are not yet implemented."
FEED_NAME_NOT_VALID = "Feed name is not valid"
RULE_INCOMPLETE = "rule requires a valid trigger and a valid action"
RULE_WITHOUT_TRIGGER = "Only rules with existing triggers can be activated"
ACTIVATION_ID_NOT_VALID = "The activation id is not valid."
COUNT_WITH_DOCS = "The parameter 'docs' is not permitted with 'count'."
PROPERTY_NOT_FOUND = "Response does not include requested property."
RESPONSE_NOT_READY = "Response not yet ready."
ERROR_PROCESSING_REQUEST = "There was an error processing your request."
UNKNOWN_CONTENT_TYPE = "Response did not specify a known content-type."
WATCHING_STOPPED = "The platform is stopping. Reconnect in a moment; nothing is lost."
WATCHER_TOO_SLOW = (
    "Events came faster than they were read. Reconnect with the last event's id to get what was"
    " missed, or narrow the watch with name, status, kind or events."
)
NO_MORE_WATCHERS = "Too many clients watch activations. Try again later."
KEY_REVOKED = "The key of this watch is not valid any more."
COUNT_WITH_WATCH = "The parameter 'count' is not permitted with 'watch'."
CONTENT_TYPE_MISMATCH = "Response type in header did not match generated content type."


def not_authorized(resource: str) -> str:
    """403: who asks may not touch ``ns`` or ``ns/name``."""
    return f"The supplied authentication is not authorized to access '{resource}'."


def kind_not_authorized(kind: str) -> str:
    """403: the namespace may not use this kind."""
    return f"The supplied authentication is not authorized to access actions of kind '{kind}'."


def package_not_found(path: str) -> str:
    """404: the only text that names the resource."""
    return f"The requested resource '{path}' does not exist."


def reserved_package(name: str) -> str:
    """400: a package may not be called so."""
    return f"Package name '{name}' is reserved."


def package_not_empty(count: int) -> str:
    """409: a package with actions in it is deleted only by force."""
    contents = "1 entity" if count == 1 else f"{count} entities"
    return f"Package not empty (contains {contents}). Set force param or delete package contents."


def sequence_step_timed_out(activation_id: str) -> str:
    """In the record of a sequence: nobody has heard of the end of a component."""
    return f"Timeout reached when retrieving activation {activation_id} for sequence component."


def composition_step_timed_out(activation_id: str) -> str:
    """In the record of a composition: nobody has heard of the end of a step."""
    return f"Timeout reached when retrieving activation {activation_id} during composition."


def component_not_named(value: str) -> str:
    """To a conductor: its ``action``, as compact JSON, is no name of an action."""
    return f"Failed to parse action name from json value {value} during composition."


def component_not_found(path: str) -> str:
    """To a conductor: there is no such action."""
    return f"Failed to resolve action with name '{path}' during composition."


def component_not_entitled(path: str) -> str:
    """To a conductor: the user may not run this action, whether it exists or not."""
    return f"Failed entitlement check for action with name '{path}' during composition."


def circular_binding(path: str) -> str:
    """422: a binding whose provider is itself."""
    return f"Package binding '{path}' contains a circular reference."


def larger_than_allowed(what: str, size: int, limit: int) -> str:
    """413: for ``Request``, ``exec``, ``parameters`` and ``annotations``."""
    return f"{what} larger than allowed: {size} > {limit} bytes."


def too_many_requests(count: int, allowed: int) -> str:
    """429: the rate of the running minute."""
    return f"Too many requests in the last minute (count: {count}, allowed: {allowed})."


def too_many_in_flight(count: int, allowed: int) -> str:
    """429: the namespace's activations that run now."""
    return f"Too many concurrent requests in flight (count: {count}, allowed: {allowed})."


def deprecated_kind(kind: str) -> str:
    """400: the manifest marks the kind as deprecated."""
    return (
        f"The '{kind}' runtime is no longer supported. You may read and delete but not update"
        " or invoke this action."
    )


def unknown_kind(kind: str, kinds: list[str]) -> str:
    """400, inside the malformed wrapper: the manifest does not have the kind."""
    valid = ", ".join(f"'{known}'" for known in kinds)
    return (
        f"The specified runtime '{kind}' is not supported by this platform."
        f" Valid values are: {valid}"
    )


def content_type_not_supported(content_type: str) -> str:
    """415: a body that is not JSON."""
    return (
        f"The request's Content-Type [{content_type}] is not supported. Expected:\napplication/json"
    )


def does_not_exist(kind: str, name: str) -> str:
    """400: what a rule refers to; ``name`` with its leading slash."""
    return f"{kind} {name} does not exist"


def not_a_rule_state(value: str) -> str:
    """400, inside the malformed wrapper: the status of a rule is one of two words."""
    return f"requirement failed: {value} is not a recognized rule state"


def inactive_rule(rule: str, action: str) -> str:
    """In a trigger's log: why the action did not run."""
    return f"Rule '{rule}' is inactive, action '{action}' was not activated."


def activation_id_length(length: int, expected: int) -> str:
    """400: an activation id of the wrong length."""
    return f"Activation id length is {length} but must be {expected}."


def not_an_event_id(text: str) -> str:
    """400: the header of a client that comes back to its watch."""
    return (
        f"'{text}' in the header Last-Event-ID is no id of an event. Send the last one that was"
        " received, or leave the header out to watch from now on."
    )


def gap(most: int) -> str:
    """In a stream that is taken up again."""
    return f"More was missed than is told again: only the newest {most} ends, and no older ones."


def too_many_watchers(allowed: int) -> str:
    """429: one more client wants to watch a namespace."""
    return (
        f"Too many clients watch this namespace (allowed: {allowed}). Close one of them, or try"
        " again later."
    )


def not_a_name_filter(value: str) -> str:
    """400, inside the query wrapper: the ``name`` of a list of activations."""
    return f"Parameter may be a 'simple' name or 'package-name/simple' name: {value}"


def not_epoch_seconds(value: str) -> str:
    """400, inside the query wrapper: ``since`` and ``upto``."""
    return f"Parameter is not a valid value for epoch seconds: {value}"


def invalid_media(media_type: str) -> str:
    """400: a web action's result is not of the form that the extension asks for."""
    return f"Response is not valid '{media_type}'."


def not_acceptable(content_type: str) -> str:
    """406: the only type there is."""
    return f"Resource representation is only available with these types:\n{content_type}"
