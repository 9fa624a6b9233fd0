-- Cells that are kept otherwise than the open observations say (tag kept), and what they should be (tag right).
-- Parameters: as rollup_cells, and how many at most.
WITH made AS ({cells_of_rows}),
kept AS (
    SELECT node, measure_id, dim, dim2, month, n, total, waiting, shared, standing FROM store_rollup
),
apart AS (
    SELECT 'kept' AS tag, k.* FROM (SELECT * FROM kept EXCEPT SELECT * FROM made) k
    UNION ALL
    SELECT 'right', m.* FROM (SELECT * FROM made EXCEPT SELECT * FROM kept) m
)
SELECT a.tag, a.node, k.name, a.dim, a.dim2, a.month, a.n, a.total, a.waiting, a.shared, a.standing
  FROM apart a JOIN store_measurekey k ON k.id = a.measure_id
 ORDER BY a.node, k.name, a.dim, a.dim2, a.month, a.tag
 LIMIT %s
