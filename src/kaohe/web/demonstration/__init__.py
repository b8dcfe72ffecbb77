"""A demonstration town of 31 areas: one year scored and closed, the next one collecting."""

from kaohe.web.demonstration.loading import load_demonstration

__all__ = ["load_demonstration"]
