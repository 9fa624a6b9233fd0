"""What the product and its checks are made of: parts list, licences, known faults, secrets. `./run supply`; docs/security/supply.md."""
