"""The edge: what a proxy in front of the API would do, done by the platform itself.

TLS with a redirect of plain HTTP, vanity hosts, bounds on requests and on the time they may take.
What a request means is none of its business. Source: contracts rest-api §1.2.
"""
