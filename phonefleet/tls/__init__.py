"""TLS: certificates of our own, contexts of servers and clients. It knows no settings, no home and no protocol above.

`own` makes an authority and certificates, `files` reads and judges those of others, `serving` is a server's side,
`trust` a client's.
"""
