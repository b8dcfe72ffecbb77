"""What results say beyond themselves: how they hang on decisions, and how sure they are."""
