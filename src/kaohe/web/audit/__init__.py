"""What people on duty did: one event per act, in a chain that shows every change."""
