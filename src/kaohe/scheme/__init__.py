"""The policy as a typed document: read with its lines kept, resolved, checked for meaning."""
