"""The commands below ``wsk admin``."""

from __future__ import annotations

from whisk_cli import tree
from whisk_cli.commands.admin.container.list import list_containers
from whisk_cli.commands.admin.invoker.enable import drain, enable
from whisk_cli.commands.admin.invoker.list import list_invokers
from whisk_cli.commands.admin.key.rotate import rotate
from whisk_cli.commands.admin.key.rotate_master import rotate_master
from whisk_cli.commands.admin.limits.delete import delete_limits
from whisk_cli.commands.admin.limits.get import get_limits
from whisk_cli.commands.admin.limits.set import set_limits
from whisk_cli.commands.admin.namespace.list import list_namespaces
from whisk_cli.commands.admin.queue.list import list_queues
from whisk_cli.commands.admin.user.block import block, unblock
from whisk_cli.commands.admin.user.create import create
from whisk_cli.commands.admin.user.delete import delete
from whisk_cli.commands.admin.user.get import get
from whisk_cli.commands.admin.user.list import list_users


def build() -> tree.Group:
    """Build the noun."""
    application = tree.group("admin", "administer the platform (system key)")
    for group in (_user(), _namespace(), _key(), _invoker(), _container(), _queue()):
        application.add_group(group)
    return application


def _user() -> tree.Group:
    user = tree.group("user", "work with subjects")
    tree.add(user, "create", create, "create a subject, or a namespace of it, and print its key")
    tree.add(user, "get", get, "print the key of a subject")
    tree.add(user, "list", list_users, "list subjects")
    tree.add(user, "delete", delete, "delete a subject, or a namespace of it")
    tree.add(user, "block", block, "block subjects: their keys stop working at once")
    tree.add(user, "unblock", unblock, "unblock subjects")
    return user


def _namespace() -> tree.Group:
    namespace = tree.group("namespace", "work with all namespaces")
    tree.add(namespace, "list", list_namespaces, "list namespaces")
    limits = tree.group("limits", "work with the limits of a namespace")
    tree.add(limits, "get", get_limits, "print what the namespace has of its own")
    tree.add(limits, "set", set_limits, "set some limits; the others stay")
    tree.add(limits, "delete", delete_limits, "go back to the system's limits")
    namespace.add_group(limits)
    return namespace


def _key() -> tree.Group:
    key = tree.group("key", "work with keys")
    tree.add(key, "rotate", rotate, "give a namespace a new key and print it")
    tree.add(key, "rotate-master", rotate_master, "seal all secrets with a new master key")
    return key


def _invoker() -> tree.Group:
    invoker = tree.group("invoker", "work with invokers")
    tree.add(invoker, "list", list_invokers, "list invokers")
    tree.add(invoker, "drain", drain, "let an invoker finish what it has and take nothing new")
    tree.add(invoker, "enable", enable, "let an invoker take work again")
    return invoker


def _container() -> tree.Group:
    container = tree.group("container", "look at containers")
    tree.add(container, "list", list_containers, "list containers")
    return container


def _queue() -> tree.Group:
    queue = tree.group("queue", "look at queues")
    tree.add(queue, "list", list_queues, "show how much waits, and for which actions")
    return queue
