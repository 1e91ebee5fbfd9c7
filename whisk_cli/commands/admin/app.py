"""Puts the noun ``admin`` together.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

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

application = typer.Typer(name="admin", help="administer the platform (system key)")

user = typer.Typer(name="user", help="work with subjects")
user.command("create", help="create a subject, or a namespace of it, and print its key")(create)
user.command("get", help="print the key of a subject")(get)
user.command("list", help="list subjects")(list_users)
user.command("delete", help="delete a subject, or a namespace of it")(delete)
user.command("block", help="block subjects: their keys stop working at once")(block)
user.command("unblock", help="unblock subjects")(unblock)
application.add_typer(user)

namespace = typer.Typer(name="namespace", help="work with all namespaces")
namespace.command("list", help="list namespaces")(list_namespaces)

limits = typer.Typer(name="limits", help="work with the limits of a namespace")
limits.command("get", help="print what the namespace has of its own")(get_limits)
limits.command("set", help="set some limits; the others stay")(set_limits)
limits.command("delete", help="go back to the system's limits")(delete_limits)
namespace.add_typer(limits)
application.add_typer(namespace)

key = typer.Typer(name="key", help="work with keys")
key.command("rotate", help="give a namespace a new key and print it")(rotate)
key.command("rotate-master", help="seal all secrets with a new master key")(rotate_master)
application.add_typer(key)

invoker = typer.Typer(name="invoker", help="work with invokers")
invoker.command("list", help="list invokers")(list_invokers)
invoker.command("drain", help="let an invoker finish what it has and take nothing new")(drain)
invoker.command("enable", help="let an invoker take work again")(enable)
application.add_typer(invoker)

container = typer.Typer(name="container", help="look at containers")
container.command("list", help="list containers")(list_containers)
application.add_typer(container)

queue = typer.Typer(name="queue", help="look at queues")
queue.command("list", help="show how much waits, and for which actions")(list_queues)
application.add_typer(queue)
