"""Invoking actions: requests, answers, records and throttles (contract rest-api §3, §6.2)."""
