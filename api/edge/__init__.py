"""Between the network and the routes: who may call, how often and how much, what is counted and written down."""
