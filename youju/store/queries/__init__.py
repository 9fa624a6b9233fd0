"""Reading the ledger: every function returns core values and takes the moment and the viewer that limit it."""
