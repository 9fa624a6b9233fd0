-- Of units that a change touches, by month: the sum of the open rows that count, and how many of them somebody said.
-- Parameters: probes as JSON. Columns: probe, month, total, said.
SELECT q.i, {month} AS month, SUM(o.value), SUM(CASE WHEN o.origin = 'transfer' THEN 0 ELSE 1 END)
  FROM ({probes}) q
  JOIN store_measurekey k ON k.name = q.m
  JOIN store_observation o ON o.measure_id = k.id
 WHERE o.place >= q.lo AND o.place < q.hi AND o.day >= q.d0 AND o.day <= q.d1
   AND o.seq_to = 4611686018427387904 AND o.counted
   AND (q.x1 IS NULL OR o.dim1 = q.x1) AND (q.x2 IS NULL OR o.dim2 = q.x2) AND (q.x3 IS NULL OR o.dim3 = q.x3)
 GROUP BY 1, 2
