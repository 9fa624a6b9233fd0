-- Add to cells of the roll-up, sorted by key so that two writers meet them in the same order.
-- Parameters: cells as JSON.
INSERT INTO store_rollup (node, measure_id, dim, dim2, month, n, total, waiting, shared, standing)
SELECT c.node, k.id, c.dim, c.dim2, c.month, c.n, c.total, c.waiting, c.shared, c.standing
  FROM ({cells}) c
  JOIN store_measurekey k ON k.name = c.m
 WHERE true
 ORDER BY c.node, k.id, c.dim, c.dim2, c.month
    ON CONFLICT (node, measure_id, dim, dim2, month) DO UPDATE SET
       n = store_rollup.n + excluded.n,
       total = store_rollup.total + excluded.total,
       waiting = store_rollup.waiting + excluded.waiting,
       shared = store_rollup.shared + excluded.shared,
       standing = store_rollup.standing + excluded.standing
