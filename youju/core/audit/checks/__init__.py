"""One module for each kind of slip; `youju.core.audit.registry` lists them."""
