"""Lets the workers of joined hosts use Prefect's server with the tokens of their hosts, as far as a worker needs it.

`tokens` knows whose a token is, by asking the API; `calls` lists what a worker calls; `access` is the middleware.
"""
