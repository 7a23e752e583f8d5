"""Several hosts as one fleet: who a joined host is, and how its worker calls the ledger of the main host.

The main host runs the API, the database and Prefect; a joined host runs a worker only. The room knows neither HTTP
servers nor Prefect.
"""
