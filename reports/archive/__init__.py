"""The archive of published editions: frozen, sealed by manifests and a chained ledger."""
