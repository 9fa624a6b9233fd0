-- What each unit's rows at each place say that cells count otherwise, known at one moment; of kind `slots` by month as well.
-- Parameters: questions as JSON, seq, seq. Columns: question, unit, place, month, total, said.
SELECT q.i, o.unit_id, o.place, CASE q.k WHEN 'slots' THEN {month} ELSE 0 END AS month, SUM(o.value),
       SUM(CASE WHEN o.origin = 'transfer' THEN 0 ELSE 1 END)
  FROM ({asks}) q
  JOIN store_measurekey k ON k.name = q.m
  JOIN store_observation o ON o.measure_id = k.id
 WHERE o.place >= q.lo AND o.place < q.hi AND o.day >= q.d0 AND o.day <= q.d1
   AND o.seq_from <= %s AND o.seq_to > %s AND o.counted
   AND (q.x1 IS NULL OR o.dim1 = q.x1) AND (q.x2 IS NULL OR o.dim2 = q.x2) AND (q.x3 IS NULL OR o.dim3 = q.x3)
 GROUP BY 1, 2, 3, 4
