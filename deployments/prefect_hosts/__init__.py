"""Lets the workers of joined hosts use Prefect's server with the tokens of their hosts, as far as a worker needs it.

`tokens` knows whose a token is, by asking the API; `calls` lists what a worker calls; `runs` knows which runs
are a host's own; `access` is the middleware.
"""
