"""The languages: one module each, which finds the toolchains of this machine and says how they run.

A module here is the only place that knows its language: how a toolchain is found, what a sandbox
must show of it, how its launcher starts, what is compiled, and what to install where it is missing.
The factory goes by the record ``Toolchain`` alone. Imports nothing of the factory.
"""
