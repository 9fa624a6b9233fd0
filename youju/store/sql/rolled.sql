-- What the roll-up says to each question, and at which ledger number and for which grid it says so: one statement is one
-- moment. `cut` tells that a row of a stock lies between the day asked and the end of its month.
-- Parameters: questions as JSON. Columns: tag, question, n, total, waiting, shared, standing, cut.
WITH q AS ({cell_asks})
SELECT 'head' AS tag, 0 AS i, l.head AS n, 0 AS total, 0 AS waiting, 0 AS shared, 0 AS standing, l.grid AS cut
  FROM store_ledger l WHERE l.id = 1
UNION ALL
SELECT 'cell', q.i, SUM(r.n), SUM(r.total), SUM(r.waiting), SUM(r.shared), SUM(r.standing), ''
  FROM q
  JOIN store_measurekey k ON k.name = q.m
  JOIN store_rollup r ON r.node = q.node AND r.measure_id = k.id AND r.dim = q.x1 AND r.dim2 = q.x2
                     AND r.month >= q.m0 AND r.month <= q.m1
 GROUP BY q.i
UNION ALL
SELECT 'cut', q.i, 0, 0, 0, 0, 0, ''
  FROM q
  JOIN store_measurekey k ON k.name = q.m
 WHERE q.d1 < q.d2
   AND EXISTS (SELECT 1 FROM store_observation o
                WHERE o.measure_id = k.id AND o.day > q.d1 AND o.day <= q.d2 AND o.place >= q.lo AND o.place < q.hi
                  AND o.seq_to = 4611686018427387904 AND NOT (o.series = ''))
