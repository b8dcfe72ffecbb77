"""What every page looks like: the frame, its parts, its styles. No models."""
