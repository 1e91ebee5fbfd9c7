"""Tests of triggers, rules and activations over REST, in process."""
