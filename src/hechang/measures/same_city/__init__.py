"""The same-city effect 同城: how near the cities are to each other for the people who live in them."""
