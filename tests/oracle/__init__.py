"""The assessment a second time, in slow plain Python that shares no code with the product."""
