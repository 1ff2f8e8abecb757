"""Makes the data files of the demo region from the folder of origins; one module a kind of data."""
