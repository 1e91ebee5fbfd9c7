"""The serverless platform: controller, invoker and the standalone process that joins them.

Layers, top to bottom, each importing only what is below it: ``standalone`` and ``doctor``;
``controller`` and ``invoker``; ``messaging``, ``containers``, ``stores``; ``host``; ``spi``;
``entities``; ``common``. The command line is another package and reaches this one over HTTP only.
"""
