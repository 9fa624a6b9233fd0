-- Cells of reach that are kept otherwise than the open observations say (tag kept), and what they should be (tag right).
-- Parameters: as reach_cells, and how many at most.
WITH made AS ({reach_of_rows}),
kept AS (
    SELECT node, rule, month, met_m, met_q, met_y, met, told, told_q, told_y FROM store_reach
)
SELECT 'kept' AS tag, k.* FROM (SELECT * FROM kept EXCEPT SELECT * FROM made) k
UNION ALL
SELECT 'right', m.* FROM (SELECT * FROM made EXCEPT SELECT * FROM kept) m
 ORDER BY 2, 3, 4, 1
 LIMIT %s
