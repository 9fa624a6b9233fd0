-- Fill the empty reach. Parameters: as reach_cells.
INSERT INTO store_reach (node, rule, month, met_m, met_q, met_y, met, told, told_q, told_y)
SELECT * FROM ({reach_of_rows}) c WHERE true
