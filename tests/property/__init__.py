"""Laws that hold for every town and every scheme."""
