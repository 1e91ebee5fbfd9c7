"""Tests of web actions: whole requests and whole responses, in process."""
