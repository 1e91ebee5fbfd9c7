"""The program ``wskadmin``: subjects, limits and logs, for operators who know it by that name.

It speaks to the operator API, as ``wsk admin`` does, where the original opened the database. What
it prints and how it exits follows the original (contracts/cli.md §5).
"""
