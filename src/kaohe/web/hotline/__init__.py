"""Cases of hotline, petition and public opinion: taken in, laid to areas, left out by two sides."""
