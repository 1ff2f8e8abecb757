"""Routes that answer in JSON, CSV or GeoJSON; bodies of cards are those of `Region.answer`."""
