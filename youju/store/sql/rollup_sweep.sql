-- Remove those of the given cells that no row belongs to any more.
-- Parameters: cells as JSON.
DELETE FROM store_rollup
 WHERE n = 0 AND waiting = 0
   AND id IN (
       SELECT r.id
         FROM ({cells}) c
         JOIN store_measurekey k ON k.name = c.m
         JOIN store_rollup r ON r.node = c.node AND r.measure_id = k.id AND r.dim = c.dim AND r.dim2 = c.dim2 AND r.month = c.month)
