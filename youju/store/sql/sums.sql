-- All answers of one moment: for each question of kind `sum` the total, how many rows it has and how many series
-- stand above nothing; for each of kind `units` the total and rows of every unit, and how many of the rows the unit
-- itself said (a transfer nobody said); for every question how many entries
-- wait for review that would count in it.
-- Parameters: questions as JSON, members as JSON, seq, seq.
-- Columns: tag, question, unit, total, rows, standing | said | waiting.
WITH q AS ({asks}),
m AS ({members}),
hit AS (
    SELECT q.i, q.k, o.counted, o.series, o.unit_id, o.value, o.entry_id,
           CASE WHEN o.origin = 'transfer' THEN 0 ELSE 1 END AS said
      FROM q
      JOIN store_measurekey k ON k.name = q.m
      JOIN store_observation o ON o.measure_id = k.id
     WHERE o.place >= q.lo AND o.place < q.hi AND o.day >= q.d0 AND o.day <= q.d1
       AND o.seq_from <= %s AND o.seq_to > %s
       AND (q.x1 IS NULL OR o.dim1 = q.x1) AND (q.x2 IS NULL OR o.dim2 = q.x2) AND (q.x3 IS NULL OR o.dim3 = q.x3)
       AND (q.n = 0 OR EXISTS (SELECT 1 FROM m WHERE m.ask = q.i AND m.u = o.unit_id))
),
by_series AS (
    SELECT i, series, SUM(value) AS total, COUNT(*) AS n
      FROM hit WHERE counted AND k = 'sum' GROUP BY i, series
)
SELECT 'sum' AS tag, i, 0 AS unit, SUM(total), SUM(n), SUM(CASE WHEN series <> '' AND total <> 0 THEN 1 ELSE 0 END)
  FROM by_series GROUP BY i
UNION ALL
SELECT 'units', i, unit_id, SUM(value), COUNT(*), SUM(said)
  FROM hit WHERE counted AND k = 'units' GROUP BY i, unit_id
UNION ALL
SELECT 'waiting', i, 0, 0, 0, COUNT(DISTINCT entry_id)
  FROM hit WHERE NOT counted GROUP BY i
