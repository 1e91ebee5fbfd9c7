"""Watching a namespace's activations live: who is told what, in which order, within which bounds.

Everything here is pure but ``pacer``, which gives the watchers their turns. The HTTP side is
``controller.api.activations.watch``. Imports the controller's texts and the layers below it.
"""
