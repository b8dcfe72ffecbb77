"""Printed matter: what residents are handed, as PDF. It needs the web extra and no Django."""
