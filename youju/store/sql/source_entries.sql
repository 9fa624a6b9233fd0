-- Which entries and revisions stand behind the questions, for the digest of a figure's sources.
-- MATERIALIZED: else SQLite reads the questions out of their JSON again for every observation it looks at.
-- Parameters: questions as JSON, members as JSON, seq, seq.
WITH q AS MATERIALIZED ({asks}),
m AS ({members})
SELECT DISTINCT q.i, o.revision_id
  FROM q
  JOIN store_measurekey k ON k.name = q.m
  JOIN store_observation o ON o.measure_id = k.id
 WHERE o.place >= q.lo AND o.place < q.hi AND o.day >= q.d0 AND o.day <= q.d1
   AND o.seq_from <= %s AND o.seq_to > %s AND o.counted
   AND (q.x1 IS NULL OR o.dim1 = q.x1) AND (q.x2 IS NULL OR o.dim2 = q.x2) AND (q.x3 IS NULL OR o.dim3 = q.x3)
   AND (q.n = 0 OR EXISTS (SELECT 1 FROM m WHERE m.ask = q.i AND m.u = o.unit_id))
