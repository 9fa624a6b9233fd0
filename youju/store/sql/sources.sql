-- The rows behind the questions, a page at a time: what one entry says of one measure is one line.
-- Parameters: questions as JSON, members as JSON, seq, seq, limit, offset.
WITH q AS ({asks}),
m AS ({members})
SELECT q.i, o.entry_id, o.revision_id, o.unit_id, o.day, o.value, o.level, o.origin, o.dim1, o.dim2, o.dim3
  FROM q
  JOIN store_measurekey k ON k.name = q.m
  JOIN store_observation o ON o.measure_id = k.id
 WHERE o.place >= q.lo AND o.place < q.hi AND o.day >= q.d0 AND o.day <= q.d1
   AND o.seq_from <= %s AND o.seq_to > %s AND o.counted
   AND (q.x1 IS NULL OR o.dim1 = q.x1) AND (q.x2 IS NULL OR o.dim2 = q.x2) AND (q.x3 IS NULL OR o.dim3 = q.x3)
   AND (q.n = 0 OR EXISTS (SELECT 1 FROM m WHERE m.ask = q.i AND m.u = o.unit_id))
 ORDER BY q.i, o.day, o.place, o.entry_id, o.id
 LIMIT %s OFFSET %s
