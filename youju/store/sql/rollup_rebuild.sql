-- Fill the empty roll-up. Parameters: as rollup_cells.
INSERT INTO store_rollup (node, measure_id, dim, dim2, month, n, total, waiting, shared, standing)
SELECT * FROM ({cells_of_rows}) c WHERE true
