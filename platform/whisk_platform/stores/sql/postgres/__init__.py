"""The three stores over PostgreSQL, for any number of processes at once.

Rows, codecs, entities and subjects are those of ``stores.sql``; what differs is here: connections
and transactions, a table of records in partitions, retention by dropping them, and the tables that
the processes of a cluster share. The only place that knows psycopg.
"""
